package shinso.verify.architecture.broken.train;

import java.nio.file.Path;
import java.util.Random;
import shinso.verify.architecture.broken.zoo.energy.UsesApplication;

/** The loop knows no model, and draws from keys. */
public record UsesModel(Path file) {
  boolean draw(UsesApplication model) {
    return new Random(model.hashCode()).nextBoolean();
  }
}
