package shinso.zoo.recurrent;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.CELL;
import static shinso.zoo.recurrent.LanguageModeling.EMBEDDING;
import static shinso.zoo.recurrent.LanguageModeling.LAYERS;
import static shinso.zoo.recurrent.PairModeling.*;

import java.util.List;
import shinso.train.data.text.Vocabulary;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.zoo.harness.*;

/**
 * Tasks on characters, learned from pairs alone: letters are reversed, numbers added, dates brought
 * into one form. Test sources are none of those that were trained on.
 *
 * <pre>
 * ./shinso run text-transduction --data dates
 * ./shinso translate RUN "May 3rd, 1979"
 * </pre>
 */
public final class TextTransduction implements Recipe<Seq2Seq> {
  private static final Quantity EXACT =
      Quantity.share("test targets without a mistake", Quantity.Better.LARGER);

  @Override
  public Card card() {
    return Card.of("text-transduction", "encoder and decoder that reverse, add, and read dates")
        .rows("F6")
        .source(
            "Sutskever, Vinyals and Le 2014; Bahdanau, Cho and Bengio 2015; Zaremba and Sutskever,"
                + " \"Learning to execute\", 2014")
        .reported("addition of two numbers of three digits: 99 % after 100 epochs (Keras)");
  }

  @Override
  public List<DataSource> data() {
    return List.of(TextTasks.DATES, TextTasks.REVERSAL, TextTasks.ADDITION);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(2_000, ALL, ALL),
        TEST.row(100, ALL, ALL),
        CONTEXT.always("additive"),
        CELL.always("gru"),
        LAYERS.always(1),
        EMBEDDING.row(16, 32, 32),
        HIDDEN.row(32, 128, 256),
        DROPOUT.always(0.0),
        TEACHER.always(1.0),
        BUCKETS.always(1),
        BEAM.row(1, 4, 4),
        LENGTH_POWER.always(1.0),
        EPOCHS.row(3, 10, 30),
        BATCH.row(50, 100, 100),
        RATE.row(0.01, 0.003, 0.002));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(TOKENS, 0.9, 0.99, 0.999).on("dates"),
        Claim.atLeast(TOKENS, 0.7, 0.99, 0.999).on("reversal"),
        Claim.atLeast(TOKENS, 0.38, 0.98, 0.99).on("addition"),
        Claim.atLeast(EXACT, 0.3, 0.99, 0.999).on("dates"),
        Claim.atLeast(EXACT, 0.2, 0.99, 0.999).on("reversal"),
        Claim.atLeast(EXACT, 0, 0.95, 0.99).on("addition").published("99 % (Keras)"));
  }

  @Override
  public Seq2Seq model(Run run) {
    return PairModeling.model(run, Vocabulary.Unit.CHARACTER, 1);
  }

  @Override
  public void run(Run run, Seq2Seq model) {
    PairModeling pairs = PairModeling.of(run, model).train(Goal.largest("validation.exact"));
    run.score(TOKENS, pairs::tokensRight);
    run.score(EXACT, pairs::exact);
    pairs.show(20);
  }
}
