package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Decoder;
import shinso.train.loop.Callback;
import shinso.train.loop.Event;

/** Pictures are drawn at some steps, and nothing else is changed by them. */
final class SnapshotsTest {
  private static final Shape PICTURE = Shape.of(4, 4, 1);

  private static final Callback.Control NONE =
      new Callback.Control() {
        @Override
        public void stop(String reason) {}

        @Override
        public void keep() {}
      };

  @TempDir private Path folder;

  /** A decoder that copies its code. */
  private record Copy(Param scale) implements Decoder {
    @Override
    public Tensor drawCodes(int count, Rng rng) {
      return Tensor.uniform(rng, count, (int) PICTURE.size());
    }

    @Override
    public Tensor decode(Tensor z) {
      return z.mul(scale.value());
    }
  }

  private List<String> files() throws IOException {
    if (!Files.exists(folder.resolve("1-train"))) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder.resolve("1-train"))) {
      return all.map(p -> p.getFileName().toString()).sorted().toList();
    }
  }

  private static void train(Snapshots snapshots, long from, long steps) {
    snapshots.on(new Event.Started(from, steps, 10, Double.POSITIVE_INFINITY), NONE);
    for (long step = from + 1; step <= steps; step++) {
      snapshots.on(new Event.Stepped(step, 0, 1, Map.of()), NONE);
    }
  }

  private Snapshots of(Map<String, Param> params, Object model) {
    return new Snapshots(folder.resolve("1-train"), PICTURE, params, model, Rng.of(1));
  }

  @Test
  void stepsLieEverFartherApart() {
    assertEquals(List.of(1L), List.copyOf(Snapshots.times(1)));
    assertEquals(List.of(), List.copyOf(Snapshots.times(0)));
    List<Long> times = List.copyOf(Snapshots.times(10_000));
    assertEquals(15, times.size());
    assertEquals(List.of(1L, 2L, 4L, 7L), times.subList(0, 4));
    assertEquals(10_000L, times.getLast());
  }

  @Test
  void theFirstLayerIsDrawn() throws IOException {
    Param weight = Param.of(Tensor.uniform(Rng.of(2), 16, 3));
    Tensor before = weight.value();
    train(of(Map.of("weight", weight), "a model"), 0, 3);
    assertEquals(
        List.of("first layer-0.png", "first layer-1.png", "first layer-2.png", "first layer-3.png"),
        files());
    assertArrayEquals(before.toDoubleArray(), weight.value().toDoubleArray());
  }

  /** The same codes at each step, so what is seen to change is the model. */
  @Test
  void aDecoderShowsTheSameCodes() throws IOException {
    Copy model = new Copy(Param.of(Tensor.scalar(1)));
    train(of(Map.of("scale", model.scale()), model), 0, 2);
    assertEquals(
        List.of(
            "what the same codes become-0.png",
            "what the same codes become-1.png",
            "what the same codes become-2.png"),
        files());
    assertArrayEquals(bytes(0), bytes(2));
    model.scale().assign(Tensor.scalar(0.5));
    train(of(Map.of("scale", model.scale()), model), 1, 2);
    assertFalse(Arrays.equals(bytes(0), bytes(2)));
    BufferedImage image =
        ImageIO.read(folder.resolve("1-train/what the same codes become-0.png").toFile());
    assertTrue(image.getWidth() > 6 * 4);
  }

  private byte[] bytes(int step) throws IOException {
    return Files.readAllBytes(
        folder.resolve("1-train").resolve("what the same codes become-" + step + ".png"));
  }

  @Test
  void whereThereAreNoPicturesNoneAreDrawn() throws IOException {
    Param weight = Param.of(Tensor.uniform(Rng.of(2), 16, 3));
    Snapshots rows =
        new Snapshots(
            folder.resolve("1-train"),
            Shape.of(16),
            Map.of("weight", weight),
            "a model",
            Rng.of(1));
    train(rows, 0, 3);
    train(of(Map.of("weight", Param.of(Tensor.uniform(Rng.of(2), 5, 3))), "a model"), 0, 3);
    assertEquals(List.of(), files());
  }
}
