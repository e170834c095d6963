FROM swift:6.1-bookworm AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev libssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /precert
COPY . .
RUN ./Scripts/install /opt/precert

FROM build AS test
RUN apt-get update && ./Scripts/setup --tests && rm -rf /var/lib/apt/lists/*
CMD ["./Scripts/test"]

FROM debian:bookworm-slim AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libpq5 libstdc++6 tzdata \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --home-dir /var/spool/precert --no-create-home precert \
    && install -d -o precert -g precert -m 700 /var/spool/precert
COPY --from=build /opt/precert /usr/local
USER precert
WORKDIR /var/spool/precert
VOLUME /var/spool/precert
ENTRYPOINT ["precert"]
CMD ["--help"]
