package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
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

  /** MNIST binarised once and for all by its grey values: 50,000 / 10,000 / 10,000. */
  public static final DataSource FIXED =
      new Loaded(
          FIXED_SET, () -> Files.exists(file("train")), BinaryDigits::fixed, new Threshold());

  /** The digits that the program draws, on where they are lighter than one half. */
  public static final DataSource GLYPHS =
      new Loaded(
          "glyphs-binary",
          () -> true,
          () -> threshold(PictureSource.GLYPHS.load()),
          new Threshold());

  private BinaryDigits() {}

  /** Digits as MNIST was made, on where they are lighter than one half. */
  private record Threshold() implements ImageInput {
    @Override
    public Shape shape() {
      return PICTURE;
    }

    @Override
    public Read read(Path file) {
      Read grey = DIGIT.read(file);
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
    return new Split(part("train"), part("valid"), part("test"));
  }

  private static Dataset part(String name) {
    IdxFile idx = IdxFile.read(file(name));
    float[] values = idx.toFloatArray();
    if (values.length % PICTURE.size() != 0) {
      throw new DataException(
          "%s: holds an array of shape %s, not pictures of 28 x 28"
              .formatted(file(name), idx.shape()));
    }
    return pictures(file(name).toString(), values, 0);
  }

  private static Split threshold(Split grey) {
    return grey.map(d ->
        pictures(d.description() + ", above one half", d.whole().getFirst().toFloatArray(), 0.5f));
  }

  /** Pixels above a level are on; kept as bytes, of which 255 is one. */
  private static Dataset pictures(String description, float[] values, float level) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) (values[i] > level ? 255 : 0);
    }
    return InMemoryDataset.of(description, List.of(Column.bytes("picture", PICTURE, pixels)));
  }
}
