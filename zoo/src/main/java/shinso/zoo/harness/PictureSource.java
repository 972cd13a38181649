package shinso.zoo.harness;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;

/**
 * Pictures in classes.
 *
 * @param source where they come from
 * @param input how pictures of things like those in the data are read
 * @param classNames the names of the classes
 */
public record PictureSource(DataSource source, ImageInput input, List<String> classNames)
    implements DataSource {
  /** Digits drawn by the program. */
  public static final PictureSource GLYPHS = of("glyphs", ImageInput.DIGIT);

  /** Handwritten digits. */
  public static final PictureSource MNIST = of("mnist", ImageInput.DIGIT);

  /** Pictures of clothes. */
  public static final PictureSource FASHION_MNIST = of("fashion-mnist", ImageInput.FILLING);

  /** Grey images of 28 x 28 in ten classes. */
  public static final List<DataSource> GREY_28 = List.of(GLYPHS, MNIST, FASHION_MNIST);

  /** Keeps a copy. */
  public PictureSource {
    classNames = List.copyOf(classNames);
  }

  private static PictureSource of(String set, ImageInput input) {
    return new PictureSource(DataSource.of(set), input, Catalog.find(set).classNames());
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public boolean isHere() {
    return source.isHere();
  }

  @Override
  public Split load() {
    return source.load();
  }

  /** Returns the shape of a picture. */
  public Shape shape() {
    return input.shape();
  }
}
