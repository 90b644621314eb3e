import { read } from '../config/environment.js'

/** Where models are fetched from instead of the manifest's endpoint. Last the variable that Hugging Face's tools know. */
export function chooseMirror(configured: string | null): string | null {
  return configured ?? read(process.env, 'HF_ENDPOINT') ?? null
}
