package shinso.zoo.autoregressive;

import java.util.ArrayList;
import java.util.List;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Completer;
import shinso.nn.model.Sampler;
import shinso.train.figure.Figure;
import shinso.zoo.harness.Run;

/** What is shown of every model of binary digits. */
final class DigitFigures {
  private static final int SIDE = 28;
  private static final int SHOWN = 8;
  private static final int WAYS = 2;

  private DigitFigures() {}

  /** Shows samples. */
  static void samples(Run run, Sampler model) {
    Tensor samples = run.once("samples", () -> model.sample(100, run.rng("samples")));
    run.pictures("samples", "Samples, drawn one pixel after the other", () -> samples);
  }

  /** Shows test digits of which a half is given, and several ways of filling in the other one. */
  static void completions(Run run, Completer model) {
    Tensor rows =
        run.once(
            "completed",
            () -> {
              Tensor v = run.data().test().limit(SHOWN).whole().getFirst().flatten(1).evaluate();
              Tensor row = Tensor.iota(SIDE * SIDE).div(Tensor.of(new int[] {SIDE}));
              Tensor column = Tensor.iota(SIDE * SIDE).sub(row.mul(SIDE));
              List<Tensor> all = new ArrayList<>();
              for (Tensor position : List.of(row, column)) {
                Tensor known = position.less(SIDE / 2).cast(v.dtype()).unsqueeze(0).evaluate();
                all.add(v.mul(known).add(known.rsub(1).mul(0.5)));
                Rng rng = run.rng("completed").split(all.size());
                Tensor many = v.tile(0, WAYS).evaluate();
                all.add(model.complete(many, known.broadcastTo(many.shape()), rng));
              }
              return Tensor.concat(0, all);
            });
    run.show(
        "completed",
        () ->
            Figure.pictures(
                    "Test digits whose upper or left half is given, and "
                        + WAYS
                        + " ways of filling in the rest",
                    rows.reshape(-1, SIDE, SIDE, 1))
                .columns(SHOWN));
  }

  /**
   * Shows what each of 100 pixels in the middle sees of the others.
   *
   * @param weight {@code [pixels, pixels]}, a column for each that sees
   */
  static void receptive(Run run, String title, Param weight) {
    int[] middle = new int[100];
    for (int i = 0; i < middle.length; i++) {
      middle[i] = (8 + 2 * (i / 10)) * SIDE + 4 + 2 * (i % 10);
    }
    run.show(
        "receptive",
        () -> Figure.pictures(title, weight.value().gather(1, Tensor.of(middle)), SIDE, SIDE));
  }
}
