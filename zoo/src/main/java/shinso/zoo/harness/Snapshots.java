package shinso.zoo.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Decoder;
import shinso.train.figure.Figure;
import shinso.train.file.AtomicFile;
import shinso.train.file.FileException;
import shinso.train.loop.Callback;
import shinso.train.loop.Event;
import shinso.train.report.Section;

/**
 * Pictures of a stage on its way, at steps that lie ever farther apart: what the first layer looks
 * for, and what a decoder makes of the same codes. They change nothing in the training.
 */
final class Snapshots implements Callback {
  private static final int TIMES = 14;
  private static final int CODES = 36;

  private final Path folder;
  private final Shape example;
  private final Map<String, Param> params;
  private final @Nullable Decoder decoder;
  private final Rng rng;
  private final TreeSet<Long> due = new TreeSet<>();
  private @Nullable Tensor codes;

  /**
   * Creates them.
   *
   * @param folder where the pictures go, made if there are any
   * @param example the shape of an example of the data
   * @param params of the learner
   * @param model the recipe's model, which may be a decoder
   * @param rng the key of the codes
   */
  Snapshots(
      Path folder, Shape example, Map<String, Param> params, @Nullable Object model, Rng rng) {
    this.folder = folder;
    this.example = example;
    this.params = params;
    this.decoder = model instanceof Decoder d ? d : null;
    this.rng = rng;
  }

  /** Returns the steps at which pictures are drawn: the first, the last, and a dozen between. */
  static TreeSet<Long> times(long steps) {
    TreeSet<Long> times = new TreeSet<>();
    for (int i = 0; steps > 0 && i <= TIMES; i++) {
      times.add(Math.min(steps, Math.round(Math.pow(steps, (double) i / TIMES))));
    }
    return times;
  }

  @Override
  public void on(Event event, Control control) {
    switch (event) {
      case Event.Started s -> {
        due.addAll(times(s.steps()));
        if (s.step() == 0 && s.steps() > 0) {
          draw(0);
        }
      }
      case Event.Stepped s -> {
        if (due.contains(s.step())) {
          draw(s.step());
        }
      }
      case Event.Evaluated _,
          Event.Recorded _,
          Event.Improved _,
          Event.Lost _,
          Event.Saved _,
          Event.Noticed _,
          Event.Finished _ -> {}
    }
  }

  private void draw(long step) {
    if (!RunPictures.isImage(example)) {
      return;
    }
    Section filters = Section.filters(params, example);
    if (filters != null) {
      filters.files().values().forEach(bytes -> write("first layer", step, bytes));
    }
    Decoder d = decoder;
    if (d != null) {
      if (codes == null) {
        codes = d.drawCodes(CODES, rng).evaluate();
      }
      Tensor made = d.decode(codes).evaluate();
      int count = made.shape().dim(0);
      if (made.shape().size() == (long) count * example.size()) {
        Tensor pictures = made.reshape(Shape.of(count).concat(example));
        write(
            "what the same codes become",
            step,
            Section.figure(Figure.pictures("Examples", pictures), "examples.png")
                .files()
                .get("examples.png"));
      }
    }
  }

  private void write(String name, long step, byte @Nullable [] bytes) {
    if (bytes == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw FileException.writing(folder, e);
    }
    AtomicFile.write(folder.resolve(name + "-" + step + ".png"), bytes);
  }
}
