package shinso.dashboard.model;

import java.util.List;
import shinso.zoo.harness.ImageInput;

/**
 * A picture as a model sees it.
 *
 * @param input the picture, or a row of numbers
 * @param changes what was done to it before, a few words each
 */
record Seen(Shown input, List<String> changes) {
  /** Keeps a copy. */
  Seen {
    changes = List.copyOf(changes);
  }

  static Seen of(OpenModel model, Fields picture) {
    ImageInput.Read read = GivenPicture.read(model, picture);
    return new Seen(Shown.of(read.image().unsqueeze(0).evaluate()), read.changes());
  }
}
