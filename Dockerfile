# The Makefile's own steps; the result holds the environment and the tree, and runs as nobody in particular.
FROM python:3.12-slim-bookworm AS build
RUN apt-get update && apt-get install -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY pyproject.toml requirements.lock Makefile README.md LICENSE ./
COPY renderer renderer
RUN make setup
COPY . .
# Nobody in particular may not write these: without them every start compiles modules and templates anew.
RUN .venv/bin/python -m compileall -q renderer && .venv/bin/renderer themes list > /dev/null

FROM python:3.12-slim-bookworm
RUN useradd --create-home --uid 10001 --shell /usr/sbin/nologin renderer && install -d -o renderer /app/var
WORKDIR /app
COPY --from=build /app /app
USER renderer
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 TAPSITE_SERVER_HOST=0.0.0.0
VOLUME /app/var
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('TAPSITE_SERVER_PORT', '8080') + '/_edge/health', timeout=2)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["renderer"]
CMD ["serve"]
