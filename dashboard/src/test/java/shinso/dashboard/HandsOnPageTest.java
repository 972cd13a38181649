package shinso.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.support.ui.Select;
import shinso.dashboard.model.TestRuns;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;
import shinso.train.run.TrainingFolder;

/** What a person does with models on the page, in a browser. */
final class HandsOnPageTest {
  private static final String MODEL = "#model .panel ";

  @TempDir static Path folder;

  private static Browser browser;
  private static Dashboard dashboard;
  private static String digits;
  private static String rbm;
  private static String vae;

  @BeforeAll
  static void open() {
    browser = Browser.start(folder.resolve("profile"));
    Path runs = folder.resolve("runs");
    Map<String, String> small = Map.of("train", "120", "test", "20");
    digits =
        TestRuns.oneStep(runs, "digits", Map.of("train", "120", "test", "20", "validation", "20"));
    rbm =
        TestRuns.oneStep(
            runs,
            "rbm-mnist",
            Map.of("train", "120", "test", "20", "temperatures", "10", "hidden", "12"));
    vae = TestRuns.oneStep(runs, "vae-mnist", small);
    dashboard = Dashboard.start(runs, 0, null);
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

  @AfterEach
  void thePageHasNoBarriersAndNoComplaints() throws IOException {
    browser.script("document.querySelectorAll('#model details').forEach((d) => (d.open = true))");
    assertEquals(List.of(), browser.barriers());
    assertEquals(List.of(), browser.complaints());
  }

  /** Chooses a run and a part of the page about its model. */
  private static void go(String run, String part) {
    browser.script("location.hash = '#' + encodeURIComponent(arguments[0])", run);
    // Anew, without what the test before has left.
    browser.driver().navigate().refresh();
    browser.await(
        "the model's parts",
        "return document.querySelector('#model').dataset.run === '%s' && [...document.querySelectorAll('#model [role=tab]')].some((t) => t.textContent === '%s')"
            .formatted(run, part));
    button("#model [role=tab]", part).click();
  }

  /** Waits for what is made anew as often as something changes. */
  private static void shows(String css) {
    browser.await(
        "nothing to be seen at " + css,
        "return document.querySelector('" + css + "')?.checkVisibility() === true");
  }

  private static WebElement button(String css, String text) {
    return browser.driver().findElements(By.cssSelector(css)).stream()
        .filter(b -> b.getText().equals(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no button " + text));
  }

  private static void drawSeven() {
    WebElement pad = browser.see("#model .side .pad");
    browser.script("arguments[0].scrollIntoView({ block: 'center' })", pad);
    new Actions(browser.driver())
        .moveToElement(pad, -60, -60)
        .clickAndHold()
        .moveByOffset(60, 0)
        .moveByOffset(60, 0)
        .moveByOffset(-30, 60)
        .moveByOffset(-20, 60)
        .release()
        .perform();
  }

  /** Returns the pixels of all canvases at a place, to tell whether they are the same. */
  private static String pixels(String css) {
    return String.valueOf(
        browser.script(
            "return [...document.querySelectorAll(arguments[0])].map((c) => c.toDataURL()).join()",
            css));
  }

  @Test
  void aDrawnDigitIsGivenProbabilities() {
    go(digits, "Classify");
    drawSeven();
    shows(MODEL + ".bars li.best");
    List<Double> percents = new ArrayList<>();
    for (WebElement e : browser.driver().findElements(By.cssSelector(MODEL + ".percent"))) {
      percents.add(Double.valueOf(e.getText().replace(" %", "")));
    }
    assertEquals(10, percents.size());
    assertEquals(100, percents.stream().mapToDouble(p -> p).sum(), 1);
    assertEquals(2, browser.driver().findElements(By.cssSelector(MODEL + ".maps section")).size());
    shows(MODEL + ".maps canvas");
    browser.read(MODEL + ".seen", "cropped and scaled from 112 x 112");
    button("#model .side .tools button", "Clear").click();
    browser.await("nothing is left", "return !document.querySelector('#model .bars li')");
  }

  @Test
  void thePadIsDrawnOnWithTheKeyboard() {
    go(digits, "Classify");
    WebElement pad = browser.see("#model .side .pad");
    pad.sendKeys(" ");
    pad.sendKeys(Keys.ARROW_DOWN.toString().repeat(12));
    pad.sendKeys(" ");
    shows(MODEL + ".bars li.best");
    pad.sendKeys(Keys.DELETE);
    browser.await("it is cleared", "return !document.querySelector('#model .bars li')");
  }

  @Test
  void aTestExampleDoesAsWell() {
    go(digits, "Classify");
    browser.click("#model .example");
    shows(MODEL + ".bars li.best");
    assertEquals("true", browser.see("#model .example").getAttribute("aria-pressed"));
  }

  @Test
  void aMachineDrawsTheSameForTheSameSeed() {
    go(rbm, "Sample");
    button(MODEL + "button", "Sample").click();
    shows(MODEL + ".pictures canvas");
    assertEquals(
        16, browser.driver().findElements(By.cssSelector(MODEL + ".pictures canvas")).size());
    String first = pixels(MODEL + ".pictures canvas");
    button(MODEL + "button", "Next seed").click();
    browser.await(
        "other samples",
        "return document.querySelector('#model .panel .model-status').textContent.includes('seed"
            + " 2')");
    assertTrue(!first.equals(pixels(MODEL + ".pictures canvas")));
    WebElement seed = browser.driver().findElements(By.cssSelector(MODEL + "input")).get(1);
    seed.clear();
    seed.sendKeys("1");
    button(MODEL + "button", "Sample").click();
    browser.await(
        "the first samples",
        "return document.querySelector('#model .panel .model-status').textContent.includes('seed"
            + " 1')");
    assertEquals(first, pixels(MODEL + ".pictures canvas"));
  }

  @Test
  void aPictureIsCompleted() {
    go(rbm, "Complete");
    button(MODEL + "button", "Complete").click();
    browser.await(
        "what is missing is said",
        "return document.querySelector('#model .panel .wrong')?.textContent.includes('Draw')");
    browser.click("#model .example");
    button(MODEL + "button", "Complete").click();
    shows(MODEL + ".pictures canvas");
    new Select(browser.see(MODEL + "select")).selectByValue("painted");
    new Actions(browser.driver())
        .moveToElement(browser.see(MODEL + ".mask-pad .pad"))
        .clickAndHold()
        .moveByOffset(40, 20)
        .release()
        .perform();
    button(MODEL + "button", "Complete").click();
    browser.await(
        "it is completed",
        "return document.querySelector('#model .panel .model-status').textContent.startsWith('9"
            + " ways')");
  }

  @Test
  void aChainIsWalkedAlong() {
    go(rbm, "Chain");
    button(MODEL + "button", "Begin").click();
    step("Step 0");
    button(MODEL + "button", "1 step").click();
    step("Step 1");
    button(MODEL + "button", "10 steps").click();
    step("Step 11");
    button(MODEL + "button", "100 steps").click();
    step("Step 111");
    assertEquals(
        4, browser.driver().findElements(By.cssSelector(MODEL + ".pictures canvas")).size());
    shows(MODEL + ".energy svg");
  }

  private static void step(String expected) {
    browser.await(
        expected,
        "return document.querySelector('#model .chain-step').textContent === '" + expected + "'");
  }

  @Test
  void thePictureFollowsTheCode() {
    go(vae, "Explore");
    browser.await(
        "a picture",
        "return document.querySelector('#model .explorer')?.dataset.milliseconds !== undefined");
    String before = pixels(MODEL + ".decoded canvas");
    new Actions(browser.driver())
        .moveToElement(browser.see(MODEL + ".map"), -120, 90)
        .clickAndHold()
        .moveByOffset(200, -150)
        .release()
        .perform();
    differs(before);
    String dragged = pixels(MODEL + ".decoded canvas");
    browser.see(MODEL + "input[type=range]").sendKeys(Keys.HOME);
    differs(dragged);
  }

  private static void differs(String before) {
    browser.await(
        "another picture",
        "return [...document.querySelectorAll('#model .decoded canvas')].map((c) =>"
            + " c.toDataURL()).join() !== '"
            + before
            + "'");
  }

  /** The model of a run that trains is shown as soon as there is one, without another click. */
  @Test
  void aModelIsWaitedFor() throws IOException {
    Path runs = folder.resolve("runs");
    String late =
        TestRuns.oneStep(
            runs, "digits-softmax", Map.of("train", "120", "test", "20", "validation", "20"));
    RunFolder run = RunFolder.open(runs, late);
    Path aside = folder.resolve("model.safetensors");
    Files.move(run.model(), aside);
    Files.move(run.path().resolve("stages"), folder.resolve("checkpoints-aside"));
    run.update(RunStatus.RUNNING, null, 0, Map.of());
    try (TrainingFolder.Lock _ = run.lock()) {
      browser.script("location.hash = '#' + encodeURIComponent(arguments[0])", late);
      browser.read("#model", "has no model yet");
      Files.move(aside, run.model());
      shows("#model [role=tab]");
    }
    // The browser notes each answer that isn't good.
    assertTrue(browser.complaints().stream().allMatch(c -> c.contains("422")), "only that");
  }

  @Test
  void whatIsInsideIsShownOnAPhoneToo() {
    browser.size(390, 844);
    try {
      go(digits, "Weights");
      shows(MODEL + ".histogram");
      button("#model [role=tab]", "Graph").click();
      shows(MODEL + ".model-graph");
      browser.read("#model .cannot summary", "can't do");
      assertEquals(
          390L,
          browser.script("return document.documentElement.scrollWidth"),
          "nothing stands out of the page");
      browser.scheme("dark");
    } finally {
      browser.size(1280, 900);
    }
  }
}
