package io.braid.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.braid.problem.DiskFull;
import io.braid.torch.Safetensors;
import io.braid.torch.Safetensors.FloatTensor;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path folder;

  private Checkpoint write(int epoch) {
    String state = Checkpoint.writeTensors(folder, tensors(epoch));
    String weights = Checkpoint.writeTensors(folder, tensors(-epoch));
    var best = new Checkpoint.Best(epoch, 1.5, Map.of("epoch", epoch), weights);
    var checkpoint = new Checkpoint(epoch, 2, 10L * epoch, 3.25, Optional.of(best), state);
    checkpoint.write(folder);
    return checkpoint;
  }

  private static Consumer<Path> tensors(float value) {
    var tensor = new FloatTensor(List.of(2L), FloatBuffer.wrap(new float[] {value, 0}));
    return file -> Safetensors.write(file, Map.of("x", tensor));
  }

  @Test
  void theLatestIsReadBack() {
    assertThat(Checkpoint.latest(folder)).isEmpty();
    write(1);
    Checkpoint second = write(2);
    assertThat(Checkpoint.latest(folder)).contains(second);
  }

  @Test
  void whatNoCheckpointNeedsIsRemoved() throws IOException {
    for (int epoch = 1; epoch <= 5; epoch++) {
      write(epoch);
    }
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".safetensors"))).hasSize(4);
    }
  }

  @Test
  void aTornStateIsNotRead() throws IOException {
    Checkpoint first = write(1);
    Path state = Checkpoint.file(folder, write(2).state());
    byte[] whole = Files.readAllBytes(state);
    for (int length : List.of(0, 1, whole.length / 2, whole.length - 1)) {
      Files.write(state, java.util.Arrays.copyOf(whole, length));
      assertThat(Checkpoint.latest(folder)).as("%d bytes", length).contains(first);
    }
    whole[whole.length - 1]++;
    Files.write(state, whole);
    assertThat(Checkpoint.latest(folder)).contains(first);
    Files.delete(state);
    assertThat(Checkpoint.latest(folder)).contains(first);
  }

  @Test
  void aTornPointerIsNotRead() throws IOException {
    Checkpoint first = write(1);
    write(2);
    Path pointer = folder.resolve("checkpoint.json");
    byte[] whole = Files.readAllBytes(pointer);
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(pointer, java.util.Arrays.copyOf(whole, length));
      assertThat(Checkpoint.latest(folder)).as("%d bytes", length).contains(first);
    }
  }

  @Test
  void aCrashBetweenTheFilesLeavesTheOneBefore() {
    Checkpoint first = write(1);
    Checkpoint.writeTensors(folder, tensors(2)); // and then it died
    assertThat(Checkpoint.latest(folder)).contains(first);
  }

  @Test
  void aFullDiskIsToldAndWhatFilledItIsRemoved() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "there is no " + full);
    Checkpoint first = write(1);
    Path part = Files.createSymbolicLink(folder.resolve("tensors.part"), full);
    assertThatThrownBy(() -> write(2)).matches(DiskFull::isBehind);
    assertThat(Files.exists(part, LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Checkpoint.latest(folder)).contains(first);
    Checkpoint second = write(2);
    assertThat(Checkpoint.latest(folder)).contains(second);
  }
}
