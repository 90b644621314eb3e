import { GatewayError } from '../core/errors.js'

export function modelForbidden(model: string): GatewayError {
  return new GatewayError('permission_denied', `This key may not use the model '${model.slice(0, 200)}'.`, {
    param: 'model',
  })
}
