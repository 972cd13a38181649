package shinso.zoo.recurrent;

import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.*;

import java.util.List;
import java.util.Map;
import shinso.train.data.text.Vocabulary;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * A language model of a text of the user's own.
 *
 * <pre>
 * ./shinso train text FILE
 * ./shinso sample RUN --prompt "Once upon a time"
 * </pre>
 */
public final class OwnText implements OwnRecipe<TextModel> {
  private static final String WORDS = "words";

  /** What the model predicts. */
  public static final Setting<String> LEVEL =
      Setting.choice("level", "what is predicted", List.of("characters", WORDS));

  private static final int PATIENCE = 5;

  private static final Quantity VALIDATION_BITS =
      Quantity.smaller("validation bits a token", "bits");
  private static final Quantity TEST_BITS = Quantity.smaller("test bits a token", "bits");
  private static final Quantity TEST_PERPLEXITY = Quantity.smaller("test perplexity", "");

  @Override
  public Card card() {
    return Card.of("text", "language model of your own text")
        .rows("F7")
        .source("Graves, \"Generating sequences with recurrent neural networks\", 2013");
  }

  @Override
  public OwnSource source(Settings settings, long seed) {
    return OwnSource.of(
        "text",
        place(settings),
        () -> new OwnSource.Reading(TextSource.read(place(settings)), List.of(), Map.of()));
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of(
        LEVEL.always("characters"),
        MOST_WORDS.always(10_000),
        CELL.always("lstm"),
        LAYERS.always(2),
        HIDDEN.always(256),
        EMBEDDING.always(64),
        DROPOUT.always(0.2),
        WINDOW.always(64),
        EPOCHS.always(20),
        BATCH.always(32),
        RATE.always(0.003));
  }

  @Override
  public TextModel model(Run run) {
    return run.get(LEVEL).equals(WORDS)
        ? LanguageModeling.model(run, Vocabulary.Unit.WORD, run.get(MOST_WORDS))
        : LanguageModeling.model(run, Vocabulary.Unit.CHARACTER, Setting.ALL);
  }

  @Override
  public void run(Run run, TextModel model) {
    LanguageModeling text = LanguageModeling.of(run, model).train(PATIENCE);
    run.score(VALIDATION_BITS, () -> text.validation("bits"));
    run.score(TEST_BITS, () -> text.test("bits"));
    run.score(TEST_PERPLEXITY, () -> text.test("perplexity"));
    text.show(run.get(LEVEL).equals(WORDS) ? 120 : 600);
  }
}
