# hoplab in a container: docker build -t hoplab .
#
#   docker run --rm -v "$PWD:/tests" hoplab test /tests
#   docker run --rm --network host hoplab up        # its addresses are of the loopback
#
# or, in an image of yours, for the tests that run there:
#
#   COPY --from=hoplab /usr/bin/hoplab /usr/bin/
#   COPY --from=hoplab /usr/share/hoplab /usr/share/hoplab
#
# scripts/container does what stands here in bare Debian trees, without Docker.

FROM debian:12 AS build
COPY . /hoplab
RUN /hoplab/scripts/package /packages

FROM debian:12-slim
COPY --from=build /packages/hoplab_*.deb /tmp/
RUN dpkg -i /tmp/hoplab_*.deb && rm /tmp/hoplab_*.deb
USER nobody
WORKDIR /tmp
ENTRYPOINT ["hoplab"]
CMD ["up"]
