package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import shinso.train.judge.Quantity;

final class SettingsTest {
  private static final Setting<Integer> EPOCHS = Setting.integer("epochs", "passes", 1, 1000);
  private static final Setting<Integer> TRAIN = Setting.count("train", "examples", 2);
  private static final Setting<Double> RATE = Setting.number("rate", "learning rate", 0, 10);
  private static final Setting<String> SHAPE =
      Setting.choice("shape", "of the rate", List.of("flat", "steep"));
  private static final List<Setting.Row<?>> ROWS =
      List.of(
          EPOCHS.row(1, 5, 30),
          TRAIN.row(100, Setting.ALL, Setting.ALL),
          RATE.row(0.01, 0.003, 1.0),
          SHAPE.always("flat"));

  @Test
  void eachBudgetHasItsColumn() {
    assertEquals(1, settings(Budget.SMOKE).get(EPOCHS));
    assertEquals(5, settings(Budget.DEFAULT).get(EPOCHS));
    assertEquals(30, settings(Budget.PAPER).get(EPOCHS));
  }

  @Test
  void textsComeInTheOrderOfTheTableAndReadBackAsTheSameValues() {
    Map<String, String> texts = settings(Budget.PAPER).texts();
    assertEquals("[epochs=30, train=all, rate=1, shape=flat]", texts.entrySet().toString());
    assertEquals(texts, Settings.of("some", ROWS, Budget.SMOKE, texts).texts());
  }

  @Test
  void replacedValuesWin() {
    Settings s =
        Settings.of(
            "some",
            ROWS,
            Budget.SMOKE,
            Map.of("epochs", "7", "train", "all", "rate", "1e-3", "shape", "steep"));
    assertEquals(7, s.get(EPOCHS));
    assertEquals(Setting.ALL, s.get(TRAIN));
    assertEquals(0.001, s.get(RATE));
    assertEquals("steep", s.get(SHAPE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs | 0     | the setting epochs is a whole number from 1 to 1,000, not '0'",
        "epochs | 1001  | the setting epochs is a whole number from 1 to 1,000, not '1001'",
        "epochs | 1.5   | the setting epochs is a whole number from 1 to 1,000, not '1.5'",
        "epochs | many  | the setting epochs is a whole number from 1 to 1,000, not 'many'",
        "epochs | 99999999999 | the setting epochs is a whole number from 1 to 1,000, not"
            + " '99999999999'",
        "train  | 1     | the setting train is a whole number from 2, or all, not '1'",
        "rate   | NaN   | the setting rate is a number from 0 to 10, not 'NaN'",
        "rate   | -0.1  | the setting rate is a number from 0 to 10, not '-0.1'",
        "rate   | fast  | the setting rate is a number from 0 to 10, not 'fast'",
        "rate   | ''    | the setting rate is a number from 0 to 10, not ''",
        "shape  | round | the setting shape is flat or steep, not 'round'",
        "epoch  | 3     | the recipe some has no setting 'epoch' (did you mean epochs?); it has"
            + " epochs, train, rate and shape",
        "zzz    | 3     | the recipe some has no setting 'zzz'; it has epochs, train, rate and"
            + " shape",
      })
  void whatIsNotAllowedSaysWhatIs(String name, String value, String message) {
    UsageException e =
        assertThrows(
            UsageException.class,
            () -> Settings.of("some", ROWS, Budget.SMOKE, Map.of(name, value)));
    assertEquals(message, e.getMessage());
  }

  @Test
  void aSettingWithoutRowIsAnErrorOfTheRecipe() {
    Setting<Integer> other = Setting.integer("epochs", "the same name", 1, 2);
    assertThrows(IllegalArgumentException.class, () -> settings(Budget.SMOKE).get(other));
  }

  @Test
  void aTableWithAValueThatIsNotAllowedIsRefused() {
    assertThrows(UsageException.class, () -> EPOCHS.row(0, 1, 2));
  }

  @Test
  void budgetsHaveNames() {
    assertEquals(Budget.PAPER, Budget.named("paper"));
    UsageException e = assertThrows(UsageException.class, () -> Budget.named("smok"));
    assertEquals(
        "there is no budget 'smok' (did you mean smoke?); choose smoke, default or paper",
        e.getMessage());
  }

  @Test
  void aClaimHoldsForItsBudget() {
    Claim accuracy = Claim.atLeast(Quantity.TEST_ACCURACY, 0.5, 0.99, 0.995).on("d");
    assertTrue(accuracy.at(Budget.SMOKE).contains(0.5));
    assertFalse(accuracy.at(Budget.DEFAULT).contains(0.989));
    assertFalse(accuracy.at(Budget.SMOKE).contains(Double.NaN));
    assertEquals("≥ 99.0 %", accuracy.text(Budget.DEFAULT));
    Quantity loss = Quantity.smaller("test loss", "nats");
    Claim bound = Claim.atMost(loss, 200, 86.76, 84.78);
    assertTrue(bound.at(Budget.DEFAULT).contains(86.7));
    assertFalse(bound.at(Budget.PAPER).contains(86.7));
    assertEquals("≤ 86.76 nats", bound.text(Budget.DEFAULT));
    Claim exact = Claim.near(Quantity.of("log Z", "nats"), 12.5, 3, 0.5, 0.05);
    assertTrue(exact.at(Budget.DEFAULT).contains(12.9));
    assertEquals("12 nats to 13 nats", exact.text(Budget.DEFAULT));
  }

  private static Settings settings(Budget budget) {
    return Settings.of("some", ROWS, budget, Map.of());
  }
}
