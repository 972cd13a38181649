package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.CELL;
import static shinso.zoo.recurrent.LanguageModeling.EMBEDDING;
import static shinso.zoo.recurrent.LanguageModeling.LAYERS;
import static shinso.zoo.recurrent.PairModeling.*;

import java.util.List;
import java.util.Map;
import shinso.train.data.text.Vocabulary;
import shinso.train.judge.Quantity;
import shinso.train.loop.Goal;
import shinso.zoo.harness.*;

/**
 * Pairs of texts of the user's own: what is to be written for a text.
 *
 * <pre>
 * ./shinso train pairs FILE
 * ./shinso translate RUN "a text"
 * </pre>
 */
public final class OwnPairs implements OwnRecipe<Seq2Seq> {
  private static final String WORDS = "words";
  private static final Setting<String> LEVEL =
      Setting.choice("level", "what texts are made of", List.of("characters", WORDS));
  private static final Setting<Integer> OFTEN =
      Setting.integer("often", "times that a known word is in the training texts", 1, 1_000);

  private static final Quantity EXACT =
      Quantity.share("test targets without a mistake", Quantity.Better.LARGER);
  private static final Quantity BLEU = Quantity.share("test BLEU", Quantity.Better.LARGER);

  @Override
  public Card card() {
    return Card.of("pairs", "encoder and decoder of your own pairs of texts")
        .rows("F6")
        .source("Bahdanau, Cho and Bengio 2015; Luong, Pham and Manning 2015");
  }

  @Override
  public OwnSource source(Settings settings, long seed) {
    return OwnSource.of(
        "pairs",
        place(settings),
        () -> new OwnSource.Reading(PairSource.read(place(settings), seed), List.of(), Map.of()));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        LEVEL.always("characters"),
        OFTEN.always(2),
        CONTEXT.always("additive"),
        CELL.always("gru"),
        LAYERS.always(1),
        EMBEDDING.always(64),
        HIDDEN.always(128),
        DROPOUT.always(0.2),
        TEACHER.always(1.0),
        BUCKETS.always(3),
        BEAM.always(4),
        LENGTH_POWER.always(1.0),
        EPOCHS.always(20),
        BATCH.always(50),
        RATE.always(0.003));
  }

  private static boolean hasWords(Run run) {
    return run.get(LEVEL).equals(WORDS);
  }

  @Override
  public Seq2Seq model(Run run) {
    return hasWords(run)
        ? PairModeling.model(run, Vocabulary.Unit.WORD, run.get(OFTEN))
        : PairModeling.model(run, Vocabulary.Unit.CHARACTER, 1);
  }

  @Override
  public void run(Run run, Seq2Seq model) {
    PairModeling pairs = PairModeling.of(run, model).train(Goal.smallest("validation.loss"));
    run.score(EXACT, pairs::exact);
    if (hasWords(run)) {
      run.score(BLEU, () -> pairs.bleu(new Seq2Seq.Beam(run.get(BEAM), run.get(LENGTH_POWER))));
    }
    pairs.show(20);
  }
}
