package io.braid.config;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Every switch and limit of Braid.
 *
 * @param dataDir folder of everything that lasts, database and weights; of one process at a time,
 *     unless {@code shared}. A {@code File}, for Spring looks for a relative {@code Path} among the
 *     classes first, and the database would not lie where the weights do
 * @param devices {@code auto} (every CUDA device, else the CPU), {@code cpu}, or a list such as
 *     {@code cuda:0,cuda:1}
 * @param keys file of the keys that are asked for; null asks for none, and serves this machine
 *     alone
 * @param shared whether other processes serve from the same data folder and, which must be a
 *     PostgreSQL, the same database
 * @param precision {@code fp32} (exact) or {@code bf16}, for models whose config names none
 * @param deviceMemory weights kept resident on each device, at most; 0 takes half of what is free
 * @param limits what one request may ask
 * @param queue how requests wait for a device
 * @param calibration how long a calibration may take
 * @param training how jobs are run
 * @param opensearch the cluster of collections with that engine
 * @param pgvector the database of collections with that engine
 * @param kubernetes where the workers of training runs are Jobs of a cluster
 * @param demoItems samples of the collection {@code demo} that a first start makes; 0 for none
 */
@Validated
@ConfigurationProperties(value = "braid", ignoreUnknownFields = false)
public record BraidProperties(
    @DefaultValue("./data") @NotNull File dataDir,
    @DefaultValue("auto") @NotBlank String devices,
    @Nullable File keys,
    @DefaultValue("false") boolean shared,
    @DefaultValue("fp32") @NotBlank String precision,
    @DefaultValue("0B") @NotNull DataSize deviceMemory,
    @DefaultValue @Valid Limits limits,
    @DefaultValue @Valid Queue queue,
    @DefaultValue @Valid Calibration calibration,
    @DefaultValue @Valid Training training,
    @DefaultValue @Valid Opensearch opensearch,
    @DefaultValue @Valid Pgvector pgvector,
    @DefaultValue @Valid Kubernetes kubernetes,
    @DefaultValue("3000") @Min(0) int demoItems) {

  public BraidProperties {
    keys = keys == null || keys.getPath().isBlank() ? null : keys;
  }

  /**
   * @param body largest request body
   * @param upload largest upload of weights or of a dataset, streamed to disk
   * @param samples most samples of a request
   * @param depth deepest nesting of a JSON or CBOR body
   * @param config largest model config, and schema of a dataset
   * @param datasetSamples most samples of a dataset
   * @param job largest request for a training job or a sweep
   * @param metadata largest metadata of an item, as JSON
   * @param k most hits of a search
   * @param hits most hits of all queries of a request together; a tenth of it where more is
   *     included of each than its id, or its score is explained
   * @param subsets most subsets of modalities that are embedded for the samples of an explained
   *     request together; at least 512, so that any one sample passes: with 16 modalities, the most
   *     that a model may have, it has 482 at most
   * @param mapItems most items of a map; at least the 5000 of a request that gives no limit
   * @param filterConditions most conditions of a filter
   * @param filterDepth deepest nesting of a filter
   */
  public record Limits(
      @DefaultValue("64MB") @NotNull DataSize body,
      @DefaultValue("16GB") @NotNull DataSize upload,
      @DefaultValue("1024") @Min(1) int samples,
      @DefaultValue("64") @Min(4) @Max(1000) int depth,
      @DefaultValue("1MB") @NotNull DataSize config,
      @DefaultValue("5000000") @Min(1) int datasetSamples,
      @DefaultValue("1MB") @NotNull DataSize job,
      @DefaultValue("16KB") @NotNull DataSize metadata,
      @DefaultValue("10000") @Min(1) @Max(100_000) int k,
      @DefaultValue("100000") @Min(100) @Max(10_000_000) int hits,
      @DefaultValue("65536") @Min(512) int subsets,
      @DefaultValue("20000") @Min(5000) @Max(100_000) int mapItems,
      @DefaultValue("256") @Min(1) int filterConditions,
      @DefaultValue("16") @Min(1) int filterDepth) {}

  /**
   * @param requests embed requests in flight, beyond which new ones are refused with 429
   * @param entryTokens most tokens of one entry of the queue, and so of one sample: a model whose
   *     samples may have more is refused
   * @param cpuBatchTokens tokens the CPU takes at once
   * @param cudaBatchTokens tokens a CUDA device takes at once
   * @param maxWait longest wait for a device, after which a request is refused with 503
   */
  public record Queue(
      @DefaultValue("512") @Min(1) int requests,
      @DefaultValue("262144") @Min(1) int entryTokens,
      @DefaultValue("8192") @Min(1) int cpuBatchTokens,
      @DefaultValue("262144") @Min(1) int cudaBatchTokens,
      @DefaultValue("10s") @NotNull Duration maxWait) {}

  /**
   * @param maxWait longest wait of a search for a calibration, after which it goes by what there is
   * @param maxTime after which no more samples are embedded for a calibration
   */
  public record Calibration(
      @DefaultValue("60s") @NotNull @DurationMin(millis = 0) Duration maxWait,
      @DefaultValue("30s") @NotNull @DurationMin(millis = 1) Duration maxTime) {}

  /**
   * @param enabled whether jobs are taken and run
   * @param devices like {@code devices} of the service, whose they are with {@code auto}
   * @param cpuSlots jobs that the CPU takes at once, where it is a device of training
   * @param cpuThreads threads of a worker a CPU slot; 0 divides the cores among the slots
   * @param heap Java heap of a worker; what it trains lies beside it
   * @param attempts worker processes that a job gets before it fails
   * @param heartbeat longest silence of a worker, after which it is killed and replaced
   * @param cancelGrace longest wait for a cancelled worker's checkpoint, after which it is killed
   * @param keepCheckpoints how long the checkpoints of a failed or cancelled job are kept
   * @param keepJobs jobs that have ended whose events and log are kept, the newest
   * @param ageing wait that raises a queued job's priority by one
   */
  public record Training(
      @DefaultValue("true") boolean enabled,
      @DefaultValue("auto") @NotBlank String devices,
      @DefaultValue("1") @Min(1) @Max(256) int cpuSlots,
      @DefaultValue("0") @Min(0) @Max(1024) int cpuThreads,
      @DefaultValue("2GB") @NotNull DataSize heap,
      @DefaultValue("3") @Min(1) @Max(100) int attempts,
      @DefaultValue("60s") @NotNull @DurationMin(millis = 100) Duration heartbeat,
      @DefaultValue("120s") @NotNull @DurationMin(millis = 0) Duration cancelGrace,
      @DefaultValue("30d") @NotNull @DurationMin(millis = 0) Duration keepCheckpoints,
      @DefaultValue("1000") @Min(1) int keepJobs,
      @DefaultValue("1h") @NotNull @DurationMin(millis = 1) Duration ageing) {}

  /**
   * @param urls addresses of its nodes, {@code https://node:9200,...}; none where it is empty
   * @param username who asks; nobody in particular where it is empty
   * @param apiKey takes the place of user and password
   * @param ca PEM file of certificates that are trusted; those that Java trusts where it is empty
   * @param prefix begins the names of indexes; services may share it
   * @param shards parts that new indexes are divided into
   * @param replicas copies of each shard beside the first
   * @param timeout how long an answer is waited for, from one node or another, all tries together
   */
  public record Opensearch(
      @Nullable List<URI> urls,
      @Nullable String username,
      @Nullable String password,
      @Nullable String apiKey,
      @Nullable File ca,
      @DefaultValue("braid-") @Pattern(regexp = "[a-z0-9][a-z0-9._-]{0,62}[._-]") String prefix,
      @DefaultValue("1") @Min(1) @Max(1024) int shards,
      @DefaultValue("1") @Min(0) @Max(10) int replicas,
      @DefaultValue("30s") @NotNull @DurationMin(millis = 100) Duration timeout) {
    public Opensearch {
      urls = urls == null ? null : List.copyOf(urls);
      username = orNull(username);
      apiKey = orNull(apiKey);
      ca = ca == null || ca.getPath().isBlank() ? null : ca;
    }

    /** Addresses without a slash at the end; empty where the engine is not there. */
    public List<String> nodes() {
      return urls == null
          ? List.of()
          : urls.stream().map(url -> url.toString().replaceAll("/+$", "")).toList();
    }

    private static @Nullable String orNull(@Nullable String text) {
      return text == null || text.isBlank() ? null : text;
    }

    /** Without what is secret. */
    @Override
    public String toString() {
      return "Opensearch[" + nodes().size() + " nodes]";
    }
  }

  /**
   * @param url JDBC URL of a PostgreSQL with the extension {@code vector}; empty takes the
   *     service's own, with its user, if it is one
   * @param connections most connections to it at once
   * @param timeout longest wait for a connection, or for a turn to search; an answer is waited for
   *     six times as long
   */
  public record Pgvector(
      @Nullable String url,
      @Nullable String username,
      @Nullable String password,
      @DefaultValue("8") @Min(1) @Max(1000) int connections,
      @DefaultValue("10s") @NotNull @DurationMin(millis = 250) Duration timeout) {
    public Pgvector {
      url = url == null || url.isBlank() ? null : url;
    }

    /** Without what is secret. */
    @Override
    public String toString() {
      return "Pgvector[]";
    }
  }

  /**
   * @param workerTemplate manifest of a Job, as YAML, of which workers are made; null for workers
   *     that are processes beside the service. What its container asks for is for one slot; where
   *     an extended resource is among it, such as {@code nvidia.com/gpu: 1}, slots are GPUs
   * @param slots GPUs, or shares of the CPU, that all jobs may hold at once
   * @param gpuMemory memory of a GPU; 0 where it is not known, and no job is refused for want of it
   * @param apiServer of the cluster
   * @param credentials folder with the files {@code token}, {@code ca.crt} and {@code namespace}
   */
  public record Kubernetes(
      @Nullable File workerTemplate,
      @DefaultValue("1") @Min(1) @Max(4096) int slots,
      @DefaultValue("0B") @NotNull DataSize gpuMemory,
      @DefaultValue("https://kubernetes.default.svc") @NotNull URI apiServer,
      @DefaultValue("/var/run/secrets/kubernetes.io/serviceaccount") @NotNull File credentials) {

    public Kubernetes {
      workerTemplate =
          workerTemplate == null || workerTemplate.getPath().isBlank() ? null : workerTemplate;
    }
  }
}
