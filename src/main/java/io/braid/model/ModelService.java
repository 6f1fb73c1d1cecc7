package io.braid.model;

import io.braid.encoder.Parameters;
import io.braid.encoder.Precision;
import io.braid.modality.SampleReader;
import io.braid.problem.BraidException;
import io.braid.problem.Fault;
import io.braid.problem.ProblemKind;
import io.braid.store.DurableFiles;
import io.braid.store.Replicas;
import io.braid.store.SharedLock;
import io.braid.torch.Device;
import io.braid.torch.Safetensors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;
import org.springframework.transaction.support.TransactionTemplate;

/** Imports, finds, promotes and deletes versions of models. */
@Service
public class ModelService {
  private static final String NAME = "[a-z0-9][a-z0-9._-]{0,63}";

  /** Beyond these the rest of a checkpoint's faults is counted, not listed. */
  private static final int MAX_FAULTS = 1000;

  private record Name(String model, int version) {}

  /** A version that serves, with the reader of its samples, which takes a while to make. */
  private record Served(ModelVersion version, SampleReader reader) {}

  private final ModelRepository repository;
  private final WeightsStore weights;
  private final Residents<?> residents;
  private final Precision defaultPrecision;
  private final TransactionTemplate transaction;
  private final ObjectProvider<ModelUse> uses;
  private final Clock clock;

  /** Versions that were read from the database: they do not change until they are deleted. */
  private final ConcurrentHashMap<Name, Served> served = new ConcurrentHashMap<>();

  /** Defaults that were read from the database, until they change. */
  private final ConcurrentHashMap<String, Integer> defaults = new ConcurrentHashMap<>();

  /** Held while a version and its weights come or go, so that neither is seen without the other. */
  private final SharedLock changes;

  ModelService(
      ModelRepository repository,
      WeightsStore weights,
      Residents<?> residents,
      Precision defaultPrecision,
      TransactionTemplate transaction,
      ObjectProvider<ModelUse> uses,
      Replicas replicas) {
    this.repository = repository;
    this.weights = weights;
    this.residents = residents;
    this.defaultPrecision = defaultPrecision;
    this.transaction = transaction;
    this.uses = uses;
    this.clock = Clock.systemUTC();
    this.changes = new SharedLock(replicas, "models");
    changes.holding(() -> weights.clean(repository.weights()));
    replicas.everySecond(this::follow);
  }

  /** What others have promoted, deleted or made anew is read from the database again. */
  private void follow() {
    for (String name : defaults.keySet()) { // which stay where the database is away
      defaults.computeIfPresent(
          name, (_, _) -> repository.find(name).map(Model::defaultVersion).orElse(null));
    }
    served.forEach((name, known) -> {
      Optional<ModelVersion> now = repository.version(name.model(), name.version());
      if (!now.map(ModelVersion::createdAt).equals(Optional.of(known.version().createdAt()))) {
        forget(known.version());
      }
    });
  }

  private void forget(ModelVersion gone) {
    served.remove(new Name(gone.model(), gone.version()));
    defaults.remove(gone.model());
    residents.retire(gone);
  }

  /** Up to {@code limit} models whose names come after {@code after}, by name. */
  List<Model> list(String after, int limit) {
    return repository.list(after, limit);
  }

  Model find(String model) {
    return repository.find(model).orElseThrow(() -> unknown(model));
  }

  public boolean exists(String model) {
    return repository.find(model).isPresent();
  }

  /** By their numbers; none of a model that is not there. */
  public List<ModelVersion> versions(String model) {
    return repository.versions(model);
  }

  /**
   * A version of a model, its default where none is named; else 404 for the name that is unknown.
   */
  public ModelVersion resolve(String model, Optional<Integer> version) {
    int number =
        version.orElseGet(
            () -> defaults.computeIfAbsent(model, name -> find(name).defaultVersion()));
    return served(model, number).version();
  }

  /** Reads samples of a version's schema. */
  public SampleReader reader(ModelVersion version) {
    return served(version.model(), version.version()).reader();
  }

  private Served served(String model, int version) {
    Served found =
        served.computeIfAbsent(
            new Name(model, version),
            _ -> repository.version(model, version).map(ModelService::serve).orElse(null));
    if (found == null) {
      find(model);
      throw unknown(model, version);
    }
    return found;
  }

  private static Served serve(ModelVersion version) {
    return new Served(version, new SampleReader(version.config().encoder().schema()));
  }

  /** How a version computes: as its config says, else as the service is configured. */
  public Precision precision(ModelVersion version) {
    return version.precision(defaultPrecision);
  }

  /** Devices on which a version is loaded. */
  List<Device> devices(ModelVersion version) {
    return residents.devicesOf(version);
  }

  /** The safetensors file of a version. */
  public Path weights(ModelVersion version) {
    return weights.path(version.weightsSha256());
  }

  /** A free path on the disk of the weights, for a file that is to be imported. */
  public Path incoming() {
    return weights.incoming();
  }

  /**
   * Adds a version; a new model is made for it where there is none of that name.
   *
   * @param file safetensors; moved away where the import succeeds, deleted where it fails
   * @param idempotencyKey the same key with the same content gives the version of the first time
   */
  public ModelVersion add(
      String model,
      Supplier<ModelConfig> config,
      Path file,
      Map<String, Object> metrics,
      Map<String, Object> lineage,
      Optional<String> idempotencyKey) {
    try {
      var faults = new ArrayList<Fault>();
      if (!model.matches(NAME)) {
        faults.add(new Fault("model", "'" + model + "', expected " + NAME));
      }
      idempotencyKey
          .filter(key -> key.isBlank() || key.length() > 255)
          .ifPresent(_ -> faults.add(new Fault("Idempotency-Key", "expected 1 to 255 characters")));
      Optional<ModelConfig> read = read(config, faults);
      long parameters = check(read, file, faults);
      BraidException.refuse(faults);
      String sha256 = DurableFiles.sha256(file);
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      var version =
          new ModelVersion(model, 0, read.orElseThrow(), sha256, parameters, metrics, lineage, now);
      return add(version, file, idempotencyKey);
    } finally {
      weights.delete(file);
    }
  }

  private ModelVersion add(ModelVersion version, Path file, Optional<String> idempotencyKey) {
    String body = bodySha256(version);
    return changes.holding(() -> {
      Optional<ModelRepository.Import> earlier =
          idempotencyKey.flatMap(key -> repository.findImport(version.model(), key));
      if (earlier.isPresent()) {
        if (!earlier.get().bodySha256().equals(body)) {
          throw new BraidException(
              ProblemKind.CONFLICT,
              "Idempotency-Key '%s' was used for another config or other weights"
                  .formatted(idempotencyKey.orElseThrow()));
        }
        return resolve(version.model(), Optional.of(earlier.get().version()));
      }
      weights.keep(file, version.weightsSha256());
      return required(transaction.execute(_ -> insert(version, body, idempotencyKey)));
    });
  }

  private ModelVersion insert(ModelVersion version, String body, Optional<String> idempotencyKey) {
    String model = version.model();
    int number = repository.nextVersion(model, version.createdAt());
    var numbered =
        new ModelVersion(
            model,
            number,
            version.config(),
            version.weightsSha256(),
            version.parameters(),
            version.metrics(),
            version.lineage(),
            version.createdAt());
    repository.insert(numbered);
    idempotencyKey.ifPresent(
        key -> repository.insertImport(model, key, new ModelRepository.Import(body, number)));
    return numbered;
  }

  private static Optional<ModelConfig> read(Supplier<ModelConfig> config, List<Fault> faults) {
    try {
      return Optional.of(config.get());
    } catch (BraidException e) {
      if (e.kind() != ProblemKind.INVALID) {
        throw e;
      }
      faults.addAll(e.faults());
      return Optional.empty();
    }
  }

  /** Notes what is wrong with a checkpoint, and counts its parameters. */
  private static long check(Optional<ModelConfig> config, Path file, List<Fault> faults) {
    try (Safetensors tensors = Safetensors.open(file)) {
      if (config.isEmpty()) {
        return 0;
      }
      Parameters parameters = Parameters.of(config.get().encoder());
      List<Parameters.Misfit> misfits = parameters.check(tensors);
      misfits.stream()
          .limit(MAX_FAULTS)
          .map(misfit -> "parameter '%s': %s".formatted(misfit.tensor(), misfit.detail()))
          .forEach(detail -> faults.add(new Fault("weights", detail)));
      if (misfits.size() > MAX_FAULTS) {
        faults.add(new Fault("weights", misfits.size() - MAX_FAULTS + " more parameters"));
      }
      return parameters.count();
    } catch (IllegalArgumentException e) {
      faults.add(new Fault("weights", String.valueOf(e.getMessage())));
      return 0;
    }
  }

  private static String bodySha256(ModelVersion version) {
    var digest = DurableFiles.sha256();
    digest.update(version.config().toJson().getBytes(StandardCharsets.UTF_8));
    digest.update(version.weightsSha256().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Makes a version the one that serves requests which name none. */
  Model makeDefault(String model, int version) {
    makeDefault(model, version, () -> true);
    return find(model);
  }

  /**
   * Makes a version the default of its model in one transaction with what is written beside it.
   *
   * @param beside whether that could be written; else the default stays
   * @return what {@code beside} said
   */
  public boolean makeDefault(String model, int version, BooleanSupplier beside) {
    return changes.holding(() -> {
      boolean isMade =
          Objects.requireNonNull(
              transaction.execute(_ -> {
                if (!beside.getAsBoolean()) {
                  return false;
                }
                if (!repository.setDefault(model, version)) {
                  find(model);
                  throw unknown(model, version);
                }
                return true;
              }));
      defaults.remove(model);
      return isMade;
    });
  }

  /** Does something while no version comes or goes. */
  public <T> T whileUnchanged(Supplier<T> what) {
    return changes.holding(what);
  }

  /** Deletes a version; the default only if it is the last one, and then its model goes too. */
  void delete(String model, int version) {
    changes.holding(() -> {
      ModelVersion deleted = resolve(model, Optional.of(version));
      if (find(model).defaultVersion() == version && versions(model).size() > 1) {
        throw new BraidException(
            ProblemKind.CONFLICT,
            deleted + " is the default; make another version the default first");
      }
      uses.stream()
          .flatMap(use -> use.user(model, version).stream())
          .findFirst()
          .ifPresent(user -> {
            throw new BraidException(ProblemKind.CONFLICT, deleted + " is used by " + user);
          });
      transaction.executeWithoutResult(_ -> repository.delete(model, version));
      forget(deleted);
      if (!repository.isReferenced(deleted.weightsSha256())) {
        weights.delete(weights(deleted));
      }
    });
  }

  private static BraidException unknown(String model) {
    return new BraidException(ProblemKind.NOT_FOUND, "there is no model '" + model + "'");
  }

  static BraidException unknown(String model, Object version) {
    return new BraidException(
        ProblemKind.NOT_FOUND, "model '" + model + "' has no version " + version);
  }

  private static ModelVersion required(@Nullable ModelVersion version) {
    if (version == null) {
      throw new IllegalStateException("the transaction gave no version; this is a bug");
    }
    return version;
  }
}
