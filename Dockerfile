# syntax=docker/dockerfile:1
# One static binary and nothing else: docker build -t scrip . && docker run -p 8420:8420 -v scrip:/data scrip

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/scrip ./cmd/scrip && mkdir /out/data

FROM scratch
COPY LICENSE THIRD_PARTY_LICENSES.md /
# For PostgreSQL over TLS. Time zones are in the binary.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/scrip /scrip
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# The SQLite file is made in the working directory, unless SCRIP_DATABASE says otherwise.
WORKDIR /data
VOLUME /data
EXPOSE 8420
ENTRYPOINT ["/scrip"]
CMD ["serve", "--listen", "0.0.0.0:8420"]
