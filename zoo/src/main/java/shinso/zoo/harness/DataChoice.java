package shinso.zoo.harness;

import java.util.List;
import shinso.core.tensor.Shape;
import shinso.train.data.Split;

/** A data set that a recipe runs on; nothing is loaded until it is asked for. */
public interface DataChoice {
  /** Returns the name, as {@code --data} takes it. */
  String name();

  /** Returns the shape of the input of one example. */
  Shape input();

  /** Returns the names of the classes; empty without classes. */
  List<String> classNames();

  /** Returns how pictures of things like those in the data are read. */
  ImageInput pictures();

  /**
   * Returns training and test part.
   *
   * @throws shinso.train.data.DataException if it is not on this machine, or damaged; the message
   *     says how to get it
   */
  Split load();
}
