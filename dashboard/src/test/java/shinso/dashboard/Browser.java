package shinso.dashboard;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Chromium without a window, in a profile of its own; nothing is downloaded. */
public final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);

  /** Selenium's own logging is about protocols that aren't used here. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts a browser; the test is skipped where none is installed.
   *
   * @param profile a folder for what it keeps
   */
  public static Browser start(Path profile) {
    Path chromium = installed("chromium", "chromium-browser", "google-chrome");
    Path chromedriver = installed("chromedriver", "chromium.chromedriver");
    Assumptions.assumeTrue(
        chromium != null && chromedriver != null,
        "no chromium and chromedriver are on the PATH: apt-get install chromium chromium-driver");
    SELENIUM.setLevel(Level.OFF);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(Objects.requireNonNull(chromium).toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--user-data-dir=" + profile);
    File program = Objects.requireNonNull(chromedriver).toFile();
    ChromeDriverService service =
        new ChromeDriverService.Builder().usingDriverExecutable(program).build();
    Browser browser = new Browser(new ChromeDriver(service, options));
    browser.size(1280, 900);
    return browser;
  }

  private static @Nullable Path installed(String... names) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.of(names)
        .flatMap(n -> Stream.of(path.split(File.pathSeparator)).map(f -> Path.of(f, n)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /** Returns Selenium's own view of it. */
  public ChromeDriver driver() {
    return driver;
  }

  /** Opens an address. */
  public void open(String address) {
    driver.get(address);
  }

  /** Gives the page a size, that of a phone if it is narrow. */
  public void size(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** Says which colours the system has, {@code dark} or {@code light}. */
  public void scheme(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Waits for an element that can be seen. */
  public WebElement see(String css) {
    return at(css, element -> element);
  }

  /** Clicks on an element once it can be seen. */
  public void click(String css) {
    at(
        css,
        element -> {
          element.click();
          return element;
        });
  }

  /** Returns what stands in an element once it can be seen. */
  public String textAt(String css) {
    return at(css, WebElement::getText);
  }

  /** Waits until some text stands in an element. */
  public void read(String css, String part) {
    at(
        css,
        element -> {
          String text = element.getText();
          if (!text.contains(part)) {
            throw new NoSuchElementException("'%s' in %s".formatted(part, text));
          }
          return text;
        });
  }

  /** Presses a key on an element once it can be seen. */
  public void press(String css, Keys key) {
    at(
        css,
        element -> {
          element.sendKeys(key);
          return element;
        });
  }

  /** The page may draw itself anew at any moment: an element that has gone is looked for again. */
  private <T> T at(String css, Function<WebElement, T> use) {
    return new WebDriverWait(driver, PATIENCE)
        .withMessage(() -> "nothing to be seen at " + css + "\n" + text())
        .ignoring(NoSuchElementException.class, StaleElementReferenceException.class)
        .until(d ->
            d.findElements(By.cssSelector(css)).stream()
                .filter(WebElement::isDisplayed)
                .findFirst()
                .map(use)
                .orElseThrow(() -> new NoSuchElementException(css)));
  }

  /** Waits until a script says true. */
  public void await(String what, String script) {
    new WebDriverWait(driver, PATIENCE)
        .ignoring(JavascriptException.class)
        .withMessage(() -> what + "\n" + text())
        .until(d -> Boolean.TRUE.equals(script(script)));
  }

  /** Runs a script in the page and returns its value. */
  public @Nullable Object script(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Returns the text of the page. */
  public String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  /** Returns what the page has complained about: errors of scripts, policies, missing files. */
  public List<String> complaints() {
    return driver.manage().logs().get("browser").getAll().stream()
        .filter(e -> e.getLevel().intValue() >= Level.WARNING.intValue())
        .map(e -> e.getMessage())
        .toList();
  }

  /** Returns what axe finds wrong for people who can't see, hear or point: a line for each. */
  public List<?> barriers() throws IOException {
    try (InputStream in = Browser.class.getResourceAsStream("/axe.min.js")) {
      Objects.requireNonNull(in, "axe.min.js is on the class path of the tests");
      driver.executeScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    Object found =
        driver.executeAsyncScript(
            """
            const done = arguments[arguments.length - 1];
            axe.run(document, { resultTypes: ["violations"] }).then(
              (r) => done(r.violations.flatMap((v) => v.nodes.map(
                (n) => v.id + " at " + n.target.join(" ") + ": " + n.failureSummary))),
              (e) => done([String(e)]));
            """);
    return found instanceof List<?> list ? list : List.of(String.valueOf(found));
  }

  /** Returns a picture of what is seen. */
  public byte[] screenshot() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  @Override
  public void close() {
    driver.quit();
  }
}
