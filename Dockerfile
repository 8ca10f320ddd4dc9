# The chatbot's image: the server as one bundle, its documents and its migrations. No node_modules, no package manager's
# cache, nothing of the runbooks. Debian slim, because the guide's `execute-command` opens a bash in it.
ARG BUN_VERSION=1.4.5

FROM oven/bun:${BUN_VERSION}-slim AS build
WORKDIR /build
# Dependencies first: this layer stays as long as the lockfile does.
COPY package.json bun.lock bunfig.toml ./
RUN bun install --frozen-lockfile --production --ignore-scripts
COPY server server
# With bytecode a start takes three quarters of the processor time: tests/bench/server.ts.
RUN bun build server/main.ts --target=bun --minify-syntax --minify-whitespace --bytecode --outdir=image

FROM oven/bun:${BUN_VERSION}-slim
WORKDIR /app
COPY --from=build /build/image ./
COPY server/knowledge knowledge
COPY server/migrations migrations
# The transpiler's cache would be the only thing ever written: without it a read-only root file system is enough.
# JavaScriptCore takes the memory of the host for its own. Told of 144 MiB, it lets the heap grow less, and collects all it
# can once four fifths of that, 115 MiB, are in use. It bounds nothing; lower costs processor time: tests/bench/server.ts.
ENV NODE_ENV=production \
    BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 \
    BUN_JSC_forceRAMSize=150994944 \
    PORT=8080
ARG COMMIT=unknown
ENV COMMIT=${COMMIT}
LABEL org.opencontainers.image.title="tria-aibpo" \
      org.opencontainers.image.revision="${COMMIT}"
USER 1000:1000
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["bun", "main.js", "health"]
ENTRYPOINT ["bun", "main.js"]
CMD ["serve"]
