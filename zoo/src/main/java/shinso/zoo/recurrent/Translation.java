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
 * Translation of short English sentences into Japanese, word by word, with attention. Ten thousand
 * pairs are few: most of what is written is fluent and some of it is right.
 *
 * <pre>
 * ./shinso run translation --data eng-jpn
 * ./shinso run translation --data eng-jpn --set context=multiplicative --set cell=lstm
 * ./shinso translate RUN "i like tea ."
 * </pre>
 */
public final class Translation implements Recipe<Seq2Seq> {
  private static final Quantity BLEU = Quantity.share("test BLEU", Quantity.Better.LARGER);
  private static final Quantity GREEDY = BLEU.of("greedy");

  private static final Setting<Integer> OFTEN =
      Setting.integer("often", "times that a known word is in the training texts", 1, 1_000);

  @Override
  public Card card() {
    return Card.of("translation", "encoder and decoder of words, English to Japanese")
        .rows("F6")
        .source(
            "Bahdanau, Cho and Bengio 2015; Luong, Pham and Manning 2015; Papineni et al. 2002");
  }

  @Override
  public List<DataSource> data() {
    return List.of(TextTasks.PHRASES, PairSource.ENGLISH_JAPANESE);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(1_500, ALL, ALL),
        TEST.row(100, ALL, ALL),
        OFTEN.row(2, 2, 2),
        CONTEXT.always("additive"),
        CELL.always("gru"),
        LAYERS.always(1),
        EMBEDDING.row(32, 128, 256),
        HIDDEN.row(32, 256, 512),
        DROPOUT.row(0.0, 0.4, 0.4),
        TEACHER.always(1.0),
        BUCKETS.row(1, 3, 3),
        BEAM.row(1, 5, 5),
        LENGTH_POWER.always(1.0),
        EPOCHS.row(2, 10, 30),
        BATCH.row(50, 64, 64),
        RATE.row(0.01, 0.002, 0.001));
  }

  @Override
  public List<Claim> claims() {
    return List.of( // smoke, default, paper
        Claim.atLeast(BLEU, 0.5, 0.9, 0.9).on("phrases"),
        Claim.atLeast(BLEU, 0, 0.1, 0.15).on("eng-jpn"),
        // The most frequent token is right for 8 %, the most frequent one after the last for 39 %.
        Claim.atLeast(TOKENS, 0.2, 0.45, 0.5).on("eng-jpn"));
  }

  @Override
  public Seq2Seq model(Run run) {
    return PairModeling.model(run, Vocabulary.Unit.WORD, run.get(OFTEN));
  }

  @Override
  public void run(Run run, Seq2Seq model) {
    PairModeling pairs = PairModeling.of(run, model).train(Goal.smallest("validation.loss"));
    run.score(BLEU, () -> pairs.bleu(new Seq2Seq.Beam(run.get(BEAM), run.get(LENGTH_POWER))));
    run.score(TOKENS, pairs::tokensRight);
    run.score(GREEDY, () -> pairs.bleu(new Seq2Seq.Beam(1, 0)));
    pairs.show(20);
  }
}
