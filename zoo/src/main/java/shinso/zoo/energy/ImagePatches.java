package shinso.zoo.energy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.file.ImageFile;
import shinso.zoo.harness.DataSource;

/**
 * Grey patches of 14 x 14 pixels cut at random out of pictures: of photographs, or of dead leaves,
 * discs of grey that hide each other, whose edges and scales are much like those of photographs
 * (Lee, Mumford and Huang, "Occlusion models for natural images", 2001). The last fourth of the
 * pictures gives the test patches.
 */
final class ImagePatches {
  /** The side of a patch. */
  static final int SIDE = 14;

  /** Pictures that the program draws. */
  static final DataSource LEAVES =
      DataSource.generated("dead-leaves", () -> cut("dead leaves", leaves()));

  /** Thirteen photographs in grey, {@code natural-images/natural-01.png} to {@code -13.png}. */
  static final DataSource PHOTOGRAPHS = new Photographs();

  private static final int TRAIN = 20_000;
  private static final int TEST = 2_000;

  private static final int PICTURES = 16;
  private static final int PICTURE = 96;

  /** Discs are drawn at this many times the size, and averaged. */
  private static final int FINER = 2;

  private ImagePatches() {}

  private record Photographs() implements DataSource {
    private static final int COUNT = 13;

    @Override
    public String name() {
      return "natural-images";
    }

    private static Path file(int number) {
      return DataFolder.ofEnvironment()
          .of("natural-images")
          .resolve("natural-%02d.png".formatted(number));
    }

    @Override
    public boolean isHere() {
      return IntStream.rangeClosed(1, COUNT).allMatch(i -> Files.exists(file(i)));
    }

    @Override
    public Split load() {
      List<Tensor> pictures = new ArrayList<>();
      for (int i = 1; i <= COUNT; i++) {
        if (!Files.exists(file(i))) {
          throw new DataException(
              "natural-images: there is no %s; put the 13 grey photographs there".formatted(file(i))
                  + " (naturalimagestatistics.net) as natural-01.png to natural-13.png");
        }
        pictures.add(ImageFile.read(file(i)));
      }
      return cut("photographs", pictures);
    }
  }

  private static Split cut(String name, List<Tensor> pictures) {
    int tested = Math.max(1, pictures.size() / 4);
    int kept = pictures.size() - tested;
    return Split.of(
        patches(name, pictures.subList(0, kept), TRAIN, Rng.of(1)),
        patches(name, pictures.subList(kept, pictures.size()), TEST, Rng.of(2)));
  }

  private static Dataset patches(String name, List<Tensor> pictures, int count, Rng rng) {
    List<float[]> grey = pictures.stream().map(Tensor::toFloatArray).toList();
    RandomGenerator draw = rng.generator();
    float[] pixels = new float[count * SIDE * SIDE];
    for (int i = 0; i < count; i++) {
      int picture = i % pictures.size();
      int width = pictures.get(picture).shape().dim(1);
      int top = draw.nextInt(pictures.get(picture).shape().dim(0) - SIDE + 1);
      int left = draw.nextInt(width - SIDE + 1);
      for (int y = 0; y < SIDE; y++) {
        int from = (top + y) * width + left;
        System.arraycopy(grey.get(picture), from, pixels, (i * SIDE + y) * SIDE, SIDE);
      }
    }
    Column patches = Column.floats("patch", Shape.of(SIDE, SIDE, 1), pixels);
    return InMemoryDataset.of("patches of " + name, List.of(patches));
  }

  private static List<Tensor> leaves() {
    return IntStream.range(0, PICTURES).mapToObj(i -> leaves(Rng.of(3).split(i))).toList();
  }

  /** Discs from the farthest to the nearest; p(radius) ∝ radius⁻³ makes them alike at any scale. */
  private static Tensor leaves(Rng rng) {
    RandomGenerator draw = rng.generator();
    int side = PICTURE * FINER;
    float[] grey = new float[side * side];
    double smallest = 3.0 * FINER;
    double largest = 0.5 * side;
    for (int leaf = 0; leaf < 3_000; leaf++) {
      double u = draw.nextDouble();
      double low = 1 / (smallest * smallest);
      double high = 1 / (largest * largest);
      double radius = 1 / Math.sqrt(low + u * (high - low));
      double x = side * draw.nextDouble();
      double y = side * draw.nextDouble();
      float shade = draw.nextFloat();
      int bottom = (int) Math.min(side - 1, y + radius);
      for (int row = (int) Math.max(0, y - radius); row <= bottom; row++) {
        double half = Math.sqrt(Math.max(0, radius * radius - (row - y) * (row - y)));
        int right = (int) Math.min(side - 1, x + half);
        for (int column = (int) Math.max(0, x - half); column <= right; column++) {
          grey[row * side + column] = shade;
        }
      }
    }
    Tensor fine = Tensor.of(grey).reshape(PICTURE, FINER, PICTURE, FINER);
    return fine.mean(1, 3).reshape(PICTURE, PICTURE, 1).evaluate();
  }
}
