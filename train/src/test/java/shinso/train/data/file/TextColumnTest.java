package shinso.train.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Texts come out as they went in, in any order. */
final class TextColumnTest {
  private static final List<String> PARTS =
      List.of(
          "",
          "a",
          "7",
          "é",
          "\u0000",
          "\u007F",
          "北京",
          "😀",
          "0.125",
          "x".repeat(126),
          "y".repeat(127),
          "z".repeat(70_000));

  @Test
  void textsOfAllKindsAndLengths() {
    Random random = new Random(1);
    List<String> texts = new ArrayList<>();
    TextColumn column = new TextColumn();
    for (int i = 0; i < 1_000; i++) {
      // The last one is large: not too many of it.
      int part = random.nextInt(random.nextInt(20) == 0 ? PARTS.size() : PARTS.size() - 1);
      texts.add(PARTS.get(part) + (random.nextBoolean() ? "" : i));
      column.add(texts.getLast());
    }
    column.finish();
    TextColumn.Cursor inOrder = column.cursor();
    for (int i = 0; i < texts.size(); i++) {
      assertEquals(texts.get(i), inOrder.text(i));
    }
    TextColumn.Cursor anyhow = column.cursor();
    for (int i = 0; i < 2_000; i++) {
      int row = random.nextInt(texts.size());
      assertEquals(texts.get(row), anyhow.text(row));
      assertEquals(texts.get(row), anyhow.text(row));
    }
  }

  @Test
  void linesAreKeptWhereRowsAreNotLines() {
    Random random = new Random(2);
    LineNumbers numbers = new LineNumbers();
    List<Long> lines = new ArrayList<>();
    long line = 2;
    for (int i = 0; i < 500; i++) {
      lines.add(line);
      numbers.add(line);
      line += random.nextInt(10) == 0 ? 3 : 1;
    }
    for (int i = 0; i < 500; i++) {
      assertEquals(lines.get(i), numbers.line(i));
    }
    assertEquals(500, numbers.size());
  }
}
