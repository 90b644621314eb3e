# The gateway with its models, on the official uWebSockets.js. That needs glibc 2.38, which Debian has from trixie on.
ARG NODE=24-trixie

FROM node:${NODE} AS build
ARG UWEBSOCKETS=v20.69.0
WORKDIR /app

COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-progress

COPY tsconfig.json tsconfig.build.json config.schema.json LICENSE ./
COPY bin bin
COPY src src
COPY workers workers
COPY models models
RUN node bin/build.js

# From GitHub, since it is not on npm; over the repack that npm ci has brought.
RUN npm install --no-save --omit=dev --no-progress "uNetworking/uWebSockets.js#${UWEBSOCKETS}"

# Binaries of other platforms, and what only the build needed.
COPY deploy/slim-node-modules.sh deploy/
RUN sh deploy/slim-node-modules.sh && rm -r deploy src workers tsconfig.json tsconfig.build.json

# An image that would serve with less than it should is none.
RUN node --input-type=module -e "for (const name of ['uWebSockets.js', 'lmdb', 'onnxruntime-node']) await import(name)" \
  && node bin/llmrouter.js models verify

FROM node:${NODE}-slim
ENV NODE_ENV=production HOST=0.0.0.0 LLMROUTER_DATA_DIR=/data
WORKDIR /app
# The code belongs to root: the process cannot change it.
COPY --from=build /app ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 8080}/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--max-semi-space-size=64", "bin/llmrouter.js"]
CMD ["serve"]
