package shinso.zoo.harness;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.catalog.KnownSet;

/**
 * A data set of grey images of 28 x 28 in ten classes: MNIST and what was made like it.
 *
 * @param set where it comes from
 * @param pictures how pictures of such things are read
 */
public record GreyImages(KnownSet set, ImageInput pictures) implements DataChoice {
  /** Digits drawn by the program, handwritten digits, and pictures of clothes. */
  public static final List<DataChoice> ALL =
      List.of(
          new GreyImages(Catalog.find("glyphs"), ImageInput.DIGIT),
          new GreyImages(Catalog.find("mnist"), ImageInput.DIGIT),
          new GreyImages(Catalog.find("fashion-mnist"), ImageInput.FILLING));

  @Override
  public String name() {
    return set.name();
  }

  @Override
  public Shape input() {
    return pictures.shape();
  }

  @Override
  public List<String> classNames() {
    return set.classNames();
  }

  @Override
  public Split load() {
    return set.load(DataFolder.ofEnvironment());
  }
}
