package shinso.zoo.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NamesTest {
  private static final List<String> KNOWN =
      List.of("digits", "digits-mlp", "digits-softmax", "nade", "rbm");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "digts    | digits",
        "diigts   | digits",
        "Digits   | digits digits-mlp digits-softmax",
        "mlp      | digits-mlp",
        "softmax  | digits-softmax",
        "digit    | digits digits-mlp digits-softmax",
        "nadee    | nade",
        "rmb      | rbm",
        "xyz      | ''",
        "q        | ''",
        "''       | ''",
      })
  void namesThatMayHaveBeenMeant(String given, String near) {
    assertEquals(near, String.join(" ", Names.nearest(given, KNOWN)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"'' | ''", "a | a", "a b | a or b", "a b c | a, b or c"})
  void listsInWords(String names, String words) {
    List<String> list = names.isEmpty() ? List.of() : List.of(names.split(" ", -1));
    assertEquals(words, Names.listed(list, "or"));
  }
}
