package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.Column;
import shinso.train.data.DataException;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.data.Split;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.file.IdxFile;

/** Pictures of digits whose pixels are on or off, for models of binary units. */
public final class BinaryDigits {
  private static final Shape PICTURE = Shape.of(28, 28, 1);
  private static final String FIXED_SET = "binarized-mnist";

  /** A prime, so that each digit comes once. */
  private static final int STRIDE = 3_701;

  /** MNIST binarised once and for all by its grey values: 50,000 / 10,000 / 10,000. */
  public static final DataSource FIXED =
      new Loaded(
          FIXED_SET, () -> Files.exists(file("train")), BinaryDigits::fixed, new Threshold());

  /** The digits that the program draws, on where they are lighter than one half. */
  public static final DataSource GLYPHS =
      new Loaded(
          "glyphs-binary",
          () -> true,
          () -> PictureSource.GLYPHS.load().map(Above::new),
          new Threshold());

  private BinaryDigits() {}

  /** Digits as MNIST was made, on where they are lighter than one half. */
  private record Threshold() implements ImageInput {
    @Override
    public Shape shape() {
      return PICTURE;
    }

    @Override
    public Read fit(String name, Tensor pixels) {
      Read grey = DIGIT.fit(name, pixels);
      return new Read(grey.image().greater(0.5).cast(DType.F32).evaluate(), grey.changes());
    }
  }

  private static Path file(String part) {
    return DataFolder.ofEnvironment()
        .of(FIXED_SET)
        .resolve("binarized-%s-images-idx3-ubyte.gz".formatted(part));
  }

  private static Split fixed() {
    if (!FIXED.isHere()) {
      throw new DataException(
          ("binarized-mnist: there is no %s; put the fixed binarisation of MNIST there as IDX files"
                  + " of bytes 0 and 1: binarized-{train,valid,test}-images-idx3-ubyte.gz")
              .formatted(file("train")));
    }
    return new Split(part("train"), part("valid"), spread(part("test")));
  }

  /** The test digits lie sorted by class: the first ones of the result are of all classes. */
  private static Dataset spread(Dataset sorted) {
    int n = sorted.size();
    return sorted.subset(IntStream.range(0, n).map(i -> (int) ((long) STRIDE * i % n)).toArray());
  }

  private static Dataset part(String name) {
    IdxFile idx = IdxFile.read(file(name));
    float[] values = idx.toFloatArray();
    if (values.length % PICTURE.size() != 0) {
      throw new DataException(
          "%s: holds an array of shape %s, not pictures of 28 x 28"
              .formatted(file(name), idx.shape()));
    }
    // Kept as bytes, of which 255 is one.
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) (values[i] > 0 ? 255 : 0);
    }
    String description = file(name).toString();
    return InMemoryDataset.of(description, List.of(Column.bytes("picture", PICTURE, pixels)));
  }

  /** Grey pictures without their classes, on where they are lighter than one half. */
  private record Above(Dataset grey) implements Dataset {
    @Override
    public int size() {
      return grey.size();
    }

    @Override
    public List<Field> fields() {
      return List.of(new Field("picture", PICTURE, DType.F32));
    }

    @Override
    public List<Tensor> batch(int[] indices) {
      float[] x = grey.batch(indices).getFirst().toFloatArray();
      for (int i = 0; i < x.length; i++) {
        x[i] = x[i] > 0.5f ? 1 : 0;
      }
      return List.of(Tensor.owning(x, Shape.of(indices.length).concat(PICTURE)));
    }

    @Override
    public String description() {
      return grey.description() + ", above one half";
    }
  }
}
