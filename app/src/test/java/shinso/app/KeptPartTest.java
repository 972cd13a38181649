package shinso.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.train.data.DataException;
import shinso.train.data.file.ImageFile;
import shinso.zoo.harness.ClassName;
import shinso.zoo.harness.KeptPart;
import shinso.zoo.harness.UsageException;

/** What is kept of a picture, and how classes are named. */
final class KeptPartTest {
  /** Of 3 x 4 pixels a row is the upper half, and two columns the left one. */
  @ParameterizedTest
  @CsvSource({
    "top, 111100000000",
    "bottom, 000011111111",
    "left, 110011001100",
    "right, 001100110011"
  })
  void halves(String name, String mask) {
    KeptPart part = new Converters.Kept().convert(name);
    double[] expected = mask.chars().mapToDouble(c -> c - '0').toArray();
    assertArrayEquals(expected, part.mask(Shape.of(3, 4, 1)).toDoubleArray(), 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Top", "middle", "topp"})
  void otherWordsAreErrors(String text) {
    assertThrows(TypeConversionException.class, () -> new Converters.Kept().convert(text));
  }

  @Test
  void aNameWithAnEndingIsAMask() {
    KeptPart part = new Converters.Kept().convert("masks/centre.png");
    assertEquals("masks/centre.png", ((KeptPart.Mask) part).file().toString());
  }

  @Test
  void aMaskOfOtherProportionsIsNamed(@TempDir Path folder) {
    Path file = folder.resolve("wide.png");
    ImageFile.writePng(file, Tensor.zeros(20, 60, 1));
    KeptPart part = new Converters.Kept().convert(file.toString());
    DataException e = assertThrows(DataException.class, () -> part.mask(Shape.of(28, 28, 1)));
    assertEquals(
        file + ": is of 60 x 20 pixels, but the picture of 28 x 28; a mask has its proportions",
        e.getMessage());
    Path large = folder.resolve("large.png");
    ImageFile.writePng(large, Tensor.zeros(200, 200, 1));
    Tensor mask = new Converters.Kept().convert(large.toString()).mask(Shape.of(28, 28, 1));
    assertEquals(0, mask.max().item(), 0);
  }

  @Test
  void aClassHasANameOrANumber() {
    List<String> names = List.of("cat", "dog");
    assertEquals(1, ClassName.number("dog", names, 2));
    assertEquals(0, ClassName.number("0", names, 2));
    assertEquals(2, ClassName.number("2", List.of(), 3));
    UsageException e = assertThrows(UsageException.class, () -> ClassName.number("2", names, 2));
    assertEquals("there is no class '2'; choose cat, dog", e.getMessage());
  }
}
