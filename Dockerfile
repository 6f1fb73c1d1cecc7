# docker build --target cpu -t braid:cpu .
# docker build --target cuda -t braid:cuda .
# How to run them: docs/docker.md. Bases of your own: --build-arg BASE=…; each is a Debian or an Ubuntu.
ARG BUILD_BASE=eclipse-temurin:25-jdk
ARG BASE=debian:bookworm-slim
# Has libtorch 2.7.1 of CUDA 12.8, in the folder that CUDA_LIBTORCH names.
ARG CUDA_BASE=pytorch/pytorch:2.7.1-cuda12.8-cudnn9-runtime

FROM ${BUILD_BASE} AS build
RUN apt-get update \
  && apt-get install -y --no-install-recommends curl unzip \
  && rm -rf /var/lib/apt/lists/*
# A Java of what Braid uses.
RUN jlink --output /jre --compress=zip-6 --no-header-files --no-man-pages --strip-java-debug-attributes \
  --add-modules java.se,jdk.crypto.ec,jdk.incubator.vector,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY models models
COPY src/main src/main
# What Maven downloads outlives the layer, and so a change of the sources.
RUN --mount=type=cache,target=/root/.m2 ./mvnw -B -ntp -Dmaven.test.skip=true package
# Libraries apart from Braid's own classes, and native ones out of their jars: nothing is unpacked at run time.
RUN java -Djarmode=tools -jar target/braid.jar extract --layers --destination /layers \
  && cd /layers/dependencies/lib \
  && unzip -q -j pytorch-native-cpu-*.jar 'pytorch/cpu/linux-x86_64/*' -d /libtorch \
  && unzip -q -j pytorch-jni-*.jar 'jnilib/linux-x86_64/cpu/*' -d /libtorch \
  && unzip -q -j pytorch-jni-*.jar 'jnilib/linux-x86_64/cu128/*' -d /bridge \
  && rm pytorch-native-cpu-*.jar pytorch-jni-*.jar \
  && unzip -q -j sqlite-jdbc-*.jar 'org/sqlite/native/Linux/x86_64/*' -d /native \
  && unzip -q -j snappy-java-*.jar 'org/xerial/snappy/native/Linux/x86_64/*' -d /native \
  && unzip -q -j zstd-jni-*.jar 'linux/amd64/*' -d /native \
  && mv /native/libzstd-jni-*.so /native/libzstd-jni.so

FROM ${BASE} AS cpu
# curl for the health check, fonts for the figures of reports.
RUN apt-get update \
  && apt-get install -y --no-install-recommends curl fontconfig fonts-dejavu-core libstdc++6 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin braid \
  && install -d -o braid -g braid /data
COPY --from=build /libtorch /opt/libtorch
COPY --from=build /jre /opt/java
COPY --from=build /native /opt/native
COPY --from=build /layers/dependencies /opt/braid
COPY --from=build /layers/application /opt/braid
COPY docker/java-options /opt/braid/
ENV JAVA_HOME=/opt/java \
  PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  JDK_JAVA_OPTIONS=@/opt/braid/java-options \
  PYTORCH_LIBRARY_PATH=/opt/libtorch \
  PYTORCH_FLAVOR=cpu \
  PYTORCH_VERSION=2.7.1 \
  BRAID_DATA_DIR=/data \
  BRAID_KEYS=/etc/braid/keys.yaml \
  SERVER_ADDRESS=0.0.0.0 \
  MANAGEMENT_SERVER_PORT=8081
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD curl -fsS http://127.0.0.1:8081/actuator/health/readiness
ENTRYPOINT ["java", "-jar", "/opt/braid/braid.jar"]

# Not yet built or run: its base could not be had where Braid is written.
FROM ${CUDA_BASE} AS cuda
ARG CUDA_LIBTORCH=/opt/conda/lib/python3.11/site-packages/torch/lib
USER 0
RUN apt-get update \
  && apt-get install -y --no-install-recommends curl fontconfig fonts-dejavu-core \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin braid \
  && install -d -o braid -g braid /data
# The bridge between Java and libtorch is looked for beside it.
COPY --from=build /bridge ${CUDA_LIBTORCH}
COPY --from=build /jre /opt/java
COPY --from=build /native /opt/native
COPY --from=build /layers/dependencies /opt/braid
COPY --from=build /layers/application /opt/braid
COPY docker/java-options /opt/braid/
ENV JAVA_HOME=/opt/java \
  PATH=/opt/java/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  JDK_JAVA_OPTIONS=@/opt/braid/java-options \
  PYTORCH_LIBRARY_PATH=${CUDA_LIBTORCH} \
  PYTORCH_LIBRARY_EXCLUSION=libtorch_python.so,libshm.so,libtorch_global_deps.so,libtorch_cuda_linalg.so \
  PYTORCH_FLAVOR=cu128 \
  PYTORCH_VERSION=2.7.1 \
  NVIDIA_VISIBLE_DEVICES=all \
  NVIDIA_DRIVER_CAPABILITIES=compute,utility \
  BRAID_DATA_DIR=/data \
  BRAID_KEYS=/etc/braid/keys.yaml \
  SERVER_ADDRESS=0.0.0.0 \
  MANAGEMENT_SERVER_PORT=8081
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD curl -fsS http://127.0.0.1:8081/actuator/health/readiness
ENTRYPOINT ["java", "-jar", "/opt/braid/braid.jar"]
