package shinso.zoo.harness;

import java.nio.file.Path;
import java.util.List;

/**
 * What a model says about a picture.
 *
 * @param file the picture
 * @param guesses the classes, the most probable first
 * @param changes what was done to the picture before the model saw it, a few words each
 */
public record Prediction(Path file, List<Guess> guesses, List<String> changes) {
  /** A class and its probability. */
  public record Guess(String name, double probability) {}
}
