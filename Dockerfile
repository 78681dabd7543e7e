# Two stages: the first installs from the hashed locks, the second holds the result and no tools.
# The base needs python3 (3.11 or later) with venv: --build-arg BASE=... takes another one, e.g. one of your own registry.
ARG BASE=docker.io/library/python:3.13-slim

FROM ${BASE} AS build
WORKDIR /src
RUN python3 -m venv /opt/nabat
COPY requirements.lock requirements-build.lock ./
RUN /opt/nabat/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock \
 && python3 -m venv /opt/build \
 && /opt/build/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY detector detector
COPY rules rules
COPY models models
COPY config config
# The wheel is built with the pinned builder and put in without resolving anything anew. pip goes: nothing is installed
# in a running container.
RUN /opt/build/bin/python -m hatchling build -t wheel \
 && /opt/nabat/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps dist/*.whl \
 && /opt/nabat/bin/python -m pip uninstall --yes --quiet pip \
 && /opt/nabat/bin/python -m compileall -q /opt/nabat/lib

FROM ${BASE}
LABEL org.opencontainers.image.title="nabat" org.opencontainers.image.licenses="Apache-2.0"
# What draws the letters of a PDF, and letters to draw. Without them notices and letters are written in the other formats.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
 && rm -rf /var/lib/apt/lists/*
# A fixed number, so that the owner of mounted logs and state can be arranged for. Group 4 (adm) reads web logs on Debian.
RUN groupadd --system --gid 8470 nabat && useradd --system --uid 8470 --gid nabat --groups adm --home-dir /var/lib/nabat --no-create-home --shell /usr/sbin/nologin nabat \
 && install -d -o nabat -g nabat -m 0700 /var/lib/nabat && install -d -m 0755 /etc/nabat
COPY --from=build /opt/nabat /opt/nabat
ENV PATH=/opt/nabat/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER nabat
WORKDIR /var/lib/nabat
# All that is ever written lies here: run with --read-only and this volume.
VOLUME ["/var/lib/nabat"]
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8470/healthz', timeout=4).read()"]
ENTRYPOINT ["nabat"]
CMD ["run", "-c", "/etc/nabat/nabat.yml"]
