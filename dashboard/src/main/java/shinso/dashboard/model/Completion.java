package shinso.dashboard.model;

import java.util.List;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.dashboard.web.RefusedException;
import shinso.nn.model.Completer;
import shinso.zoo.harness.ImageInput;
import shinso.zoo.harness.KeptPart;

/**
 * A picture that a model filled in.
 *
 * @param input the whole picture as the model sees it
 * @param given what the model was shown, mid-grey where it was not
 * @param completed ways of filling it in
 */
record Completion(Shown.Picture input, Shown.Picture given, List<Shown.Picture> completed) {
  private static final int MOST = 25;

  /** Keeps a copy. */
  Completion {
    completed = List.copyOf(completed);
  }

  /**
   * Returns ways of completing a picture, as the command {@code complete} does.
   *
   * @param fields the picture; {@code keep}, a half, or {@code mask}, numbers above one half where
   *     the picture is shown; {@code count} and {@code seed}
   */
  static Completion of(OpenModel model, Fields fields) {
    Completer completer = model.as(Completer.class, "fill in what is missing");
    int count = fields.count("count", 9, 1, MOST);
    ImageInput.Read read = GivenPicture.read(model, fields.object("picture"));
    Tensor picture = read.image();
    Tensor known = part(fields, picture.shape()).mask(picture.shape());
    Tensor shown = picture.mul(known).evaluate();
    Tensor many = shown.unsqueeze(0).tile(0, count);
    Tensor masks = known.unsqueeze(0).tile(0, count);
    Tensor completed = model.shaped(completer.complete(many, masks, Rng.of(fields.seed())));
    Tensor given = shown.add(known.rsub(1).mul(0.5)).unsqueeze(0).evaluate();
    return new Completion(
        Shown.Picture.of(picture.unsqueeze(0).evaluate()).getFirst(),
        Shown.Picture.of(given).getFirst(),
        Shown.Picture.of(completed));
  }

  private static KeptPart part(Fields fields, Shape picture) {
    fields.requireOne("keep", "mask");
    if (fields.has("mask")) {
      Shape size = picture.slice(0, 2);
      return new KeptPart.Painted(Tensor.owning(fields.numbers("mask", size.size(), 0, 1), size));
    }
    String name = fields.text("keep", 10);
    KeptPart half = KeptPart.Half.named(String.valueOf(name));
    if (half == null) {
      throw RefusedException.bad(
          "keep has to be top, bottom, left or right, not '%s'".formatted(name));
    }
    return half;
  }
}
