package shinso.zoo.recurrent;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.*;

import java.util.List;
import shinso.train.data.text.Vocabulary;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Which character comes next: layers of long short-term memory over a text, learned by truncated
 * back-propagation through time.
 *
 * <pre>
 * ./shinso run character-model --data tinyshakespeare
 * ./shinso sample RUN --prompt "ROMEO:" --length 500 --temperature 0.8
 * </pre>
 */
public final class CharacterModel implements Recipe<TextModel> {
  /** How well the text that was not trained on is predicted. */
  static final Quantity VALIDATION_BITS = Quantity.smaller("validation bits a character", "bits");

  private static final Quantity TEST_BITS = Quantity.smaller("test bits a character", "bits");
  private static final TextSource SENTENCES = TextSource.generated("sentences", Sentences.text());

  @Override
  public Card card() {
    return Card.of("character-model", "language model of characters, which writes")
        .rows("F7")
        .source(
            "Graves, \"Generating sequences with recurrent neural networks\", 2013; Karpathy, \"The"
                + " unreasonable effectiveness of recurrent neural networks\", 2015")
        .reported(
            "tiny shakespeare, the last tenth: 2.12 bits (1.4697 nats) by a transformer of 10.6"
                + " million parameters (nanoGPT). Sentences can be predicted at %.3f bits at best"
                    .formatted(Sentences.entropy() / Sentences.length()));
  }

  @Override
  public List<DataSource> data() {
    return List.of(SENTENCES, TextSource.SHAKESPEARE);
  }

  @Override
  public List<Setting.Row<?>> settings() {
    return List.of( // smoke, default, paper
        TRAIN.row(40_000, ALL, ALL),
        TEST.row(5_000, ALL, ALL),
        CELL.row("gru", "lstm", "lstm"),
        LAYERS.row(1, 2, 3),
        HIDDEN.row(64, 256, 512),
        EMBEDDING.row(16, 64, 64),
        DROPOUT.row(0.0, 0.2, 0.5),
        WINDOW.row(32, 64, 128),
        EPOCHS.row(3, 6, 50),
        BATCH.row(32, 64, 64),
        RATE.row(0.01, 0.003, 0.002));
  }

  @Override
  public List<Claim> claims() {
    double best = Sentences.entropy() / Sentences.length();
    return List.of( // smoke, default, paper
        Claim.atMost(VALIDATION_BITS, 2.2, 1.06 * best, 1.03 * best).on("sentences"),
        Claim.atMost(VALIDATION_BITS, 4, 2.3, 2.15)
            .on("tinyshakespeare")
            .published("2.12 bits (a transformer, nanoGPT)"));
  }

  @Override
  public TextModel model(Run run) {
    return LanguageModeling.model(run, Vocabulary.Unit.CHARACTER, Setting.ALL);
  }

  @Override
  public void run(Run run, TextModel model) {
    LanguageModeling text = LanguageModeling.of(run, model).train();
    run.score(VALIDATION_BITS, () -> text.validation("bits"));
    run.score(TEST_BITS, () -> text.test("bits"));
    text.show(600);
  }
}
