package shinso.zoo.harness;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Split;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.DataFolder;
import shinso.train.data.catalog.KnownSet;

/** Data that a recipe runs on; nothing is loaded until it is asked for. */
public interface DataSource {
  /** Returns the name, as {@code --data} takes it. */
  String name();

  /** Returns whether it can be loaded on this machine; looks at no more than names of files. */
  boolean isHere();

  /**
   * Returns its parts.
   *
   * @throws shinso.train.data.DataException if it is not on this machine, or damaged; the message
   *     says how to get it
   */
  Split load();

  /** Returns how a picture from a file becomes like these; null if they are no pictures. */
  default @Nullable ImageInput input() {
    return null;
  }

  /** Returns a set of the catalog. */
  static DataSource of(String set) {
    KnownSet known = Catalog.find(set);
    return new Loaded(
        set,
        () -> known.presence(DataFolder.ofEnvironment()) != KnownSet.Presence.ABSENT,
        () -> known.load(DataFolder.ofEnvironment()),
        null);
  }

  /** Returns data that the program makes; the same at every call. */
  static DataSource generated(String name, Supplier<Split> make) {
    return new Loaded(name, () -> true, make, null);
  }
}
