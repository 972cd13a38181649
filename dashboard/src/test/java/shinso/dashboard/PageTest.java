package shinso.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;

/** What a person does on the page, in a browser: one visit, from the first run to the last. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PageTest {
  @TempDir static Path folder;

  private static Browser browser;
  private static Dashboard dashboard;

  @BeforeAll
  static void open() {
    browser = Browser.start(folder.resolve("profile"));
    dashboard = Dashboard.start(folder.resolve("runs"), 0, RunProcess::command);
    browser.open(dashboard.address());
  }

  @AfterAll
  static void close() {
    if (browser != null) {
      browser.close();
    }
    if (dashboard != null) {
      dashboard.close();
    }
  }

  private static void start(Map<String, String> settings) {
    browser.click("#new");
    new Select(browser.see("#start-recipe")).selectByValue("digits-softmax");
    new Select(browser.see("#start-data")).selectByValue("glyphs");
    browser.click("#start summary");
    settings.forEach((name, value) -> browser.see("#start [name=" + name + "]").sendKeys(value));
    browser.click("#start button[type=submit]");
  }

  private static List<Path> runs() {
    return RunFolder.list(folder.resolve("runs"));
  }

  private static RunStatus status(int index) {
    Path path = runs().get(index);
    return RunFolder.open(folder.resolve("runs"), path.toString()).info().status();
  }

  @Test
  @Order(1)
  void theTokenLeavesTheAddress() {
    browser.see("#none");
    assertFalse(browser.driver().getCurrentUrl().contains("token"));
    browser.open(browser.driver().getCurrentUrl());
    browser.read("#none", "No run yet");
  }

  @Test
  @Order(2)
  void whatIsWrongWithARunIsSaid() {
    start(Map.of("epochs", "many"));
    browser.await(
        "the setting is named",
        "return document.querySelector('#start .problem').textContent.includes('epochs')");
    browser.click("#start button[type=button]");
    assertEquals(List.of(), runs());
  }

  @Test
  @Order(3)
  void aRunIsStartedAndItsCurveMoves() {
    start(Map.of("epochs", "10000", "train", "600", "test", "100", "validation", "100"));
    browser.see("#heads .badge.running");
    browser.see(".chart[data-what=loss] canvas");
    String last =
        "const b = document.querySelector('.chart[data-what=loss]"
            + " .plot').getAttribute('aria-label');return b;";
    String before = String.valueOf(browser.script(last));
    browser.await(
        "the curve moves",
        "return document.querySelector('.chart[data-what=loss] .plot').getAttribute('aria-label')"
            + " !== "
            + quoted(before));
    browser.read("#output", "run folder: ");
  }

  /** What was dragged out stays on the screen while numbers come in. */
  @Test
  @Order(4)
  void whatIsLookedAtCloserStays() {
    WebElement plot = browser.see(".chart[data-what=loss] .u-over");
    browser.script("arguments[0].scrollIntoView({ block: 'center' })", plot);
    new Actions(browser.driver())
        .moveToElement(plot, -80, 0)
        .clickAndHold()
        .moveByOffset(60, 3)
        .moveByOffset(40, 3)
        .release()
        .perform();
    String label =
        "document.querySelector('.chart[data-what=loss] .plot').getAttribute('aria-label')";
    String part = "/^Curves of loss, step [\\d.,]+ to [\\d.,]+\\./.exec(" + label + ")";
    browser.await("a part is looked at", "return " + part + " !== null");
    String before = String.valueOf(browser.script("return " + label));
    String closer = String.valueOf(browser.script("return " + part + "[0]"));
    browser.await("the curve moves", "return " + label + " !== " + quoted(before));
    assertEquals(closer, browser.script("return " + part + "?.[0]"));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'";
  }

  @Test
  @Order(5)
  void theRunIsStoppedWithACheckpoint() {
    browser.click("#heads button.danger");
    browser.see("#heads .badge.interrupted");
    assertEquals(RunStatus.INTERRUPTED, status(0));
    browser.read("#heads .ending", "interrupted after step");
    assertTrue(
        runs().getFirst().resolve("stages/1-train/checkpoints").toFile().isDirectory(),
        "a checkpoint");
  }

  @Test
  @Order(6)
  void aStoppedRunGoesOn() {
    browser.click("#heads button:not(.danger)");
    browser.see("#heads .badge.running");
    browser.click("#heads button.danger");
    browser.see("#heads .badge.interrupted");
  }

  @Test
  @Order(7)
  void twoRunsAreCompared() {
    start(Map.of("epochs", "2", "train", "600", "test", "100", "validation", "100", "rate", "0.2"));
    browser.see("#heads .badge.finished");
    browser.click("#runs tr:last-child input[type=checkbox]");
    browser.await("two runs", "return document.querySelectorAll('#heads article').length === 2");
    browser.await(
        "two runs in a chart",
        "return document.querySelectorAll('.chart[data-what=loss] .readout li').length >= 3");
    browser.read("#settings", "epochs");
    browser.read("#settings", "rate");
    assertFalse(browser.textAt("#settings").contains("recipe"), "the same in both");
    browser.click("#only");
    browser.read("#settings", "recipe");
    browser.read("#scores", "accuracy");
  }

  @Test
  @Order(8)
  void smoothingAndAxesAreChosen() {
    browser.press("#smooth", Keys.END);
    browser.read("output[for=smooth]", "0.99");
    browser.click("#log-y");
    new Select(browser.see("#x-axis")).selectByValue("seconds");
    browser.see(".chart[data-what=loss] canvas");
    String plot = ".chart[data-what=loss] .plot";
    browser.press(plot, Keys.HOME);
    String place = ".chart[data-what=loss] .readout li";
    browser.await(
        "the first place",
        "return document.querySelector('" + place + "').textContent !== 'latest'");
    String first = browser.textAt(place);
    browser.press(plot, Keys.ARROW_RIGHT);
    browser.await(
        "the next place, which is later than " + first,
        "return parseFloat(document.querySelector('"
            + place
            + "').textContent) > "
            + first.replace(" s", ""));
  }

  @Test
  @Order(9)
  void theListIsSearched() {
    browser.see("#search").sendKeys("softmax interrupted");
    browser.await("one run", "return document.querySelectorAll('#runs tr').length === 1");
    browser.see("#search").sendKeys(" nothing");
    browser.await("no run", "return !document.querySelector('#none').hidden");
    browser.see("#search").clear();
    browser.see("#search").sendKeys(" ");
    new Select(browser.see("#status")).selectByValue("finished");
    browser.await("one run", "return document.querySelectorAll('#runs tr').length === 1");
    new Select(browser.see("#status")).selectByValue("");
  }

  /** Pictures by step: the newest at first, others with the slider, and new ones as they come. */
  @Test
  @Order(10)
  void picturesByStepHaveASlider() throws IOException {
    Path snapshots =
        Files.createDirectories(runs().getFirst().resolve("snapshots").resolve("1-train"));
    picture(snapshots, 0);
    browser.click("#runs tr:last-child button.name");
    String slider = "#pictures input[type=range]";
    browser.read("#pictures output", "step 0");
    picture(snapshots, 40);
    browser.read("#pictures output", "step 40");
    browser.press(slider, Keys.HOME);
    browser.read("#pictures output", "step 0");
    browser.await(
        "the picture is there",
        "return document.querySelector('#pictures img').naturalWidth === 8");
    browser.press(slider, Keys.END);
    picture(snapshots, 1500);
    browser.await(
        "the new picture is shown",
        "return document.querySelector('#pictures output').textContent === 'step 1,500'");
    browser.click("#pictures button.picture");
    browser.see("#viewer img");
    browser.click("#viewer button");
  }

  private static void picture(Path stage, long step) throws IOException {
    BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(image, "png", stage.resolve("first layer-" + step + ".png").toFile());
  }

  @ParameterizedTest
  @Order(11)
  @CsvSource({"1280, 900, light", "390, 844, dark"})
  void nothingIsInTheWay(int width, int height, String scheme) throws IOException {
    browser.size(width, height);
    browser.scheme(scheme);
    browser.see(".chart[data-what=loss] canvas");
    assertEquals(List.of(), browser.barriers());
    assertFits(width);
    browser.click("#new");
    browser.see("#start form");
    assertEquals(List.of(), browser.barriers());
    browser.driver().findElement(By.cssSelector("#start-seed")).sendKeys(Keys.ESCAPE);
  }

  /** A phone shows a page that is too wide smaller, so that its inner width tells nothing. */
  private static void assertFits(int width) {
    Object wide = browser.script("return document.documentElement.scrollWidth");
    assertTrue(wide instanceof Long w && w <= width, "%s of %d pixels".formatted(wide, width));
  }

  /** Pictures of one run are told from those of others as soon as others are there. */
  @Test
  @Order(12)
  void manyRunsFitOnAPhone() throws IOException {
    browser.size(390, 844);
    Path first = runs().getFirst();
    for (String name : List.of("20300101-000000-a", "20300101-000000-b", "20300101-000000-c")) {
      Path copy = Files.createDirectory(folder.resolve("runs").resolve(name));
      for (String file : List.of("run.json", "scores.json")) {
        Files.copy(runs().get(1).resolve(file), copy.resolve(file));
      }
    }
    browser.script("location.hash = '#' + arguments[0]", first.getFileName().toString());
    browser.read("#pictures output", "step 1,500");
    browser.await(
        "the others are listed", "return document.querySelectorAll('#runs tr').length === 5");
    browser.script("location.hash += ',20300101-000000-a,20300101-000000-b,20300101-000000-c'");
    browser.await(
        "the scores of three",
        "return document.querySelectorAll('#scores tbody .visually-hidden').length >= 3");
    browser.see("#pictures figcaption .swatch.s0");
    assertFits(390);
    assertEquals(List.of(), browser.barriers());
  }

  /** Errors of scripts, and what the content security policy forbids, are complaints. */
  @Test
  @Order(13)
  void nothingWasForbiddenOrMissing() {
    assertEquals(List.of(), browser.complaints().stream().filter(c -> !c.contains("422")).toList());
  }
}
