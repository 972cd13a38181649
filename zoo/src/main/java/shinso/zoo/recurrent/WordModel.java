package shinso.zoo.recurrent;

import static shinso.zoo.harness.Setting.ALL;
import static shinso.zoo.harness.Training.*;
import static shinso.zoo.recurrent.LanguageModeling.*;

import java.util.List;
import shinso.train.data.text.Vocabulary;
import shinso.train.judge.Quantity;
import shinso.zoo.harness.*;

/**
 * Which word comes next: the same as for characters, with marks for the end of a line and for words
 * that are not among the most frequent ones.
 *
 * <pre>
 * ./shinso run word-model --data tinyshakespeare
 * ./shinso sample RUN --prompt "my lord," --length 100 --temperature 0.8
 * </pre>
 */
public final class WordModel implements Recipe<TextModel> {
  private static final Quantity VALIDATION_PERPLEXITY =
      Quantity.smaller("validation perplexity of a word", "");
  private static final Quantity TEST_PERPLEXITY = Quantity.smaller("test perplexity of a word", "");
  private static final TextSource SENTENCES = TextSource.generated("sentences", Sentences.text());

  @Override
  public Card card() {
    return Card.of("word-model", "language model of words, which writes")
        .rows("F7")
        .source(
            "Mikolov et al., \"Recurrent neural network based language model\", 2010; Zaremba,"
                + " Sutskever and Vinyals, \"Recurrent neural network regularization\", 2014")
        .reported(
            "Penn treebank: 120 with 650 units and no dropout, 78.4 with 1,500 and dropout."
                + " Sentences can be predicted at a perplexity of %.2f at best"
                    .formatted(Sentences.perplexity()));
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
        MOST_WORDS.row(1_000, 5_000, 10_000),
        CELL.row("gru", "lstm", "lstm"),
        LAYERS.row(1, 1, 2),
        HIDDEN.row(64, 256, 650),
        EMBEDDING.row(32, 128, 650),
        DROPOUT.row(0.0, 0.5, 0.5),
        WINDOW.row(20, 35, 35),
        EPOCHS.row(5, 8, 39),
        BATCH.row(16, 32, 20),
        RATE.row(0.01, 0.003, 0.002));
  }

  @Override
  public List<Claim> claims() {
    double best = Sentences.perplexity();
    return List.of( // smoke, default, paper
        Claim.atMost(VALIDATION_PERPLEXITY, 2 * best, 1.05 * best, 1.03 * best).on("sentences"),
        Claim.atMost(VALIDATION_PERPLEXITY, 250, 120, 120).on("tinyshakespeare"));
  }

  @Override
  public TextModel model(Run run) {
    return LanguageModeling.model(run, Vocabulary.Unit.WORD, run.get(MOST_WORDS));
  }

  @Override
  public void run(Run run, TextModel model) {
    LanguageModeling text = LanguageModeling.of(run, model).train();
    run.score(VALIDATION_PERPLEXITY, () -> text.validation("perplexity"));
    run.score(TEST_PERPLEXITY, () -> text.test("perplexity"));
    text.show(120);
  }
}
