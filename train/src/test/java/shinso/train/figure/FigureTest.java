package shinso.train.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import shinso.core.tensor.Tensor;

/** What holds for figures of every kind. */
class FigureTest {
  private static final String NAME = "a <&\"'> title";
  private static final double[] X = {1, 2, 3};
  private static final double[] BAD = {Double.NaN, Double.POSITIVE_INFINITY, -3};
  private static final double[] NONE = {};

  @TempDir private Path folder;

  /** Returns an element as it stands in a page, which is XML as well. */
  static Document parsed(Figure figure) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(figure.html())));
    } catch (Exception e) {
      throw new AssertionError(figure.html(), e);
    }
  }

  static List<Element> elements(Figure figure, String name) {
    NodeList nodes = parsed(figure).getElementsByTagName(name);
    return IntStream.range(0, nodes.getLength()).mapToObj(i -> (Element) nodes.item(i)).toList();
  }

  static List<String> texts(Figure figure) {
    return elements(figure, "text").stream().map(Element::getTextContent).toList();
  }

  static BufferedImage read(Figure figure) {
    try {
      BufferedImage image =
          ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(figure.png())));
      assertNotNull(image);
      return image;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns whether an image has at least three colours. */
  private static boolean shows(BufferedImage image) {
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight() && colours.size() < 3; y++) {
      for (int x = 0; x < image.getWidth() && colours.size() < 3; x++) {
        colours.add(image.getRGB(x, y));
      }
    }
    return colours.size() == 3;
  }

  /** One figure of each kind with good data, and with data of which much can't be drawn. */
  private static Map<String, Figure> all() {
    Grid bowl = Region.of(-1, 1, -1, 1).resolution(9, 7).values((x, y) -> x * x + y * y);
    Grid holes =
        Region.of(-1, 1, -1, 1)
            .resolution(5, 4)
            .values((x, y) -> x > 0 ? Double.NaN : y > 0.5 ? Double.NEGATIVE_INFINITY : 1);
    Tensor tiles = Tensor.of(new float[] {0, 1, Float.NaN, 0.5f}, 1, 2, 2, 1);
    double[][] cells = {{1, Double.NaN}, {Double.NEGATIVE_INFINITY, 2}};
    return Map.ofEntries(
        Map.entry("pictures", Figure.pictures(NAME, tiles).captions(List.of(NAME))),
        Map.entry("lines", Figure.lines(NAME).axes(NAME, NAME).series(NAME, X, X)),
        Map.entry(
            "bad lines",
            Figure.lines(NAME)
                .logX()
                .logY()
                .series(NAME, BAD, X)
                .series("b", X, BAD)
                .band("c", X, BAD, X)
                .level("d", -1)),
        Map.entry("no lines", Figure.lines(NAME).logY().series(NAME, NONE, NONE)),
        Map.entry("scatter", Figure.scatter(NAME).points(NAME, X, X).path("p", X, X)),
        Map.entry(
            "bad scatter", Figure.scatter(NAME).equalAxes().points("a", BAD, X).path(NAME, X, BAD)),
        Map.entry("no scatter", Figure.scatter(NAME).logX()),
        Map.entry("contours", Figure.contours(NAME, bowl).path(NAME, X, X).point(NAME, 0, 0)),
        Map.entry(
            "bad contours",
            Figure.contours(NAME, holes).lines().points(NAME, BAD, X).point("p", Double.NaN, 0)),
        Map.entry("surface", Figure.surface(NAME, bowl).axes(NAME, NAME, NAME).path(NAME, X, X)),
        Map.entry("bad surface", Figure.surface(NAME, holes).path(NAME, BAD, X)),
        Map.entry("histogram", Figure.histogram(NAME).values(NAME, X).values("b", X)),
        Map.entry("bad histogram", Figure.histogram(NAME).values(NAME, BAD)),
        Map.entry("no histogram", Figure.histogram(NAME).density().values(NAME, NONE)),
        Map.entry("bars", Figure.bars(NAME, List.of("a", NAME, "c")).series(NAME, X, X)),
        Map.entry("bad bars", Figure.bars(NAME, List.of("a", NAME, "c")).series("s", BAD)),
        Map.entry(
            "parallel coordinates",
            Figure.parallelCoordinates(NAME, List.of("a", NAME, "c"))
                .numbers(NAME, X)
                .words("w", List.of(NAME, "b"), List.of("b", NAME, "b"))
                .logarithms("l", X)
                .best(Lines.Best.SMALLEST)),
        Map.entry(
            "bad parallel coordinates",
            Figure.parallelCoordinates(NAME, List.of("a", "b", "c"))
                .logarithms("l", BAD)
                .numbers(NAME, BAD)),
        Map.entry("no parallel coordinates", Figure.parallelCoordinates(NAME, List.of())),
        Map.entry("no bars", Figure.bars(NAME, List.of()).series(NAME)),
        Map.entry(
            "heat map",
            Figure.heatMap(NAME, new double[][] {X, X}).columns(List.of(NAME, "b", "c"))),
        Map.entry("bad heat map", Figure.heatMap(NAME, cells).diverging().rows(List.of("a", NAME))),
        Map.entry("one cell", Figure.heatMap(NAME, new double[][] {{Double.NaN}})),
        Map.entry(
            "animation",
            Figure.animation(NAME, List.of(Figure.lines(NAME), Figure.pictures(NAME, tiles)))),
        Map.entry(
            "panels",
            Figure.panels(
                NAME,
                List.of(Figure.lines(NAME), Figure.pictures(NAME, tiles), Figure.surface("", bowl)),
                2)));
  }

  private static Figure one(String name) {
    return Objects.requireNonNull(all().get(name), name);
  }

  @TestFactory
  Stream<DynamicTest> picturesAreNotBlank() {
    return all().entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () -> {
                  BufferedImage image = read(e.getValue());
                  assertTrue(shows(image), "a blank picture");
                  if (e.getValue() instanceof Lines) {
                    assertEquals(1600, image.getWidth());
                    assertEquals(900, image.getHeight());
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> elementsAreWellFormedAndTitlesAreNoMarkup() {
    return all().entrySet().stream()
        .map(e ->
            DynamicTest.dynamicTest(
                e.getKey(),
                () -> {
                  Figure figure = e.getValue().caption("see " + NAME);
                  Document d = parsed(figure);
                  assertEquals(NAME, d.getElementsByTagName("b").item(0).getTextContent());
                  String html = figure.html();
                  assertTrue(html.contains("see a &lt;&amp;&quot;&#39;&gt; title"), html);
                  assertFalse(html.contains("://"), "something from elsewhere");
                  assertFalse(html.contains("92233720368"), "an infinite coordinate");
                  assertEquals(html, figure.html());
                }));
  }

  @Test
  void whatIsLeftOutIsSaid() {
    assertTrue(
        texts(one("bad lines")).contains("10 points left out: not finite, or without a logarithm"));
    assertTrue(texts(one("bad scatter")).contains("4 points left out: not finite"));
    assertTrue(texts(one("bad histogram")).contains("2 numbers left out: not finite"));
    assertTrue(texts(one("bad bars")).contains("2 numbers left out: not finite"));
    assertTrue(texts(one("bad heat map")).contains("2 cells not finite: grey"));
    assertTrue(
        texts(one("bad contours"))
            .contains(
                "11 heights left out: not finite; all heights are 1; 3 points left out: not"
                    + " finite"));
    assertFalse(texts(one("lines")).stream().anyMatch(t -> t.contains("left out")));
  }

  @Test
  void filesAreWrittenUnderTheirExtension() throws IOException {
    for (Figure f : List.of(one("animation"), one("heat map"), one("panels"))) {
      Path file = folder.resolve("figure." + f.extension());
      f.write(file);
      assertArrayEquals(f.file(), Files.readAllBytes(file), "the same bytes each time");
      BufferedImage read = ImageIO.read(file.toFile());
      assertNotNull(read);
      assertEquals(f instanceof Animation ? "gif" : "png", f.extension());
    }
  }

  /** Pictures are made in memory: the folder for temporary files may be missing, or full. */
  @Test
  void noTemporaryFolderIsNeeded() throws IOException {
    Path missing = Files.createDirectory(folder.resolve("missing"));
    ImageIO.setCacheDirectory(missing.toFile());
    Files.delete(missing);
    try {
      assertTrue(shows(read(one("panels"))));
      assertTrue(one("animation").file().length > 100);
    } finally {
      ImageIO.setCacheDirectory(null);
    }
  }

  @Test
  void drawingsOfTheGalleryHoldTogether() {
    // What recipes will draw, at its full size; looking at it is a job for people.
    Gallery.figures().forEach((name, figure) -> assertTrue(shows(read(figure)), name));
  }
}
