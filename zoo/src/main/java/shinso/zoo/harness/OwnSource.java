package shinso.zoo.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Split;

/** A file or folder of the user's own that a recipe runs on; it is read once. */
public final class OwnSource implements DataSource {
  private final String name;
  private final Path place;
  private final @Nullable ImageInput input;
  private final Once<Reading> reading;

  /**
   * What was read.
   *
   * @param data the parts; which example is in which follows from the seed
   * @param notes what the user should know of, a line each: what was left out, and why
   * @param files what predictions need of the training part, such as the coding of columns: names
   *     of files in the run's folder and what writes them
   */
  public record Reading(Split data, List<String> notes, Map<String, Consumer<Path>> files) {
    /** Keeps copies. */
    public Reading {
      notes = List.copyOf(notes);
      files = Map.copyOf(files);
    }
  }

  private OwnSource(String name, Path place, @Nullable ImageInput input, Once<Reading> reading) {
    this.name = name;
    this.place = place;
    this.input = input;
    this.reading = reading;
  }

  /**
   * Returns a source.
   *
   * @param name what kind of data it is, in small letters
   * @param read reads it all, and fails with a {@link shinso.train.data.DataException} that says
   *     what is wrong
   */
  public static OwnSource of(String name, Path place, Supplier<Reading> read) {
    return new OwnSource(name, place, null, new Once<>(read));
  }

  /** Returns this, of pictures in classes that are read in this way. */
  public OwnSource withInput(ImageInput input) {
    return new OwnSource(name, place, input, reading);
  }

  /** Returns the file or folder. */
  public Path place() {
    return place;
  }

  @Override
  public @Nullable ImageInput input() {
    return input;
  }

  /**
   * Returns what is there.
   *
   * @throws shinso.train.data.DataException if it is not there any more, or damaged
   */
  public Reading read() {
    return reading.get();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isHere() {
    return Files.exists(place);
  }

  @Override
  public Split load() {
    return read().data();
  }
}
