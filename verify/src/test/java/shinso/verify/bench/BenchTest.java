package shinso.verify.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line, with workloads so small that nothing is to be waited for. */
final class BenchTest {
  private record Run(int code, String out, String err) {}

  private static Run bench(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Bench.execute(new PrintWriter(out, true), new PrintWriter(err, true), args);
    return new Run(code, out.toString(), err.toString());
  }

  /** What is typed, with commas that aren't part of words replaced by spaces. */
  private static Run wrong(String line) {
    return bench(line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "step",
        "step mpl:batch=2,sizes=3-4",
        "step mlp:batch=2",
        "step mlp:batch=two,sizes=3-4",
        "step mlp:batch=2,sizes=3-4 mlp:batch=0,sizes=3-4",
        "step --threads 0 mlp:batch=2,sizes=3-4",
        "step --threads -3 mlp:batch=2,sizes=3-4",
        "step --threads two mlp:batch=2,sizes=3-4",
        "step --seconds 0 mlp:batch=2,sizes=3-4",
        "step --seconds NaN mlp:batch=2,sizes=3-4",
        "step --seconds soon mlp:batch=2,sizes=3-4",
        "step --precision f16 mlp:batch=2,sizes=3-4",
        "step --colour mlp:batch=2,sizes=3-4",
        "compare mlp:batch=2,sizes=3-4",
        "compare --peer theano mlp:batch=2,sizes=3-4",
        "compare --peer sh --rounds 0 mlp:batch=2,sizes=3-4",
        "profile",
        "profile --values 0 mlp:batch=2,sizes=3-4",
        "soak --steps 0",
        "start --rounds 0",
        "start --peer python",
        "start --peer python nowhere.py",
        "start cnn:batch=2",
        "scaling --sweep height",
        "kernels --millis 0",
        "kernels [",
        "soak --evaluations none",
        "fuzz --minutes 0",
        "fuzz --minutes soon",
        "fuzz --processes 0",
        "fuzz --configurations avx3",
        "readers --minutes 0",
        "readers --inputs 0",
        "readers --seed -1",
        "sprint"
      })
  void wrongUsageIsOneLine(String line) {
    Run run = wrong(line);
    assertAll(
        () -> assertEquals(2, run.code, run.err),
        () -> assertEquals("", run.out),
        () -> assertEquals(1, run.err.lines().count(), run.err),
        () -> assertTrue(run.err.startsWith("shinso bench: "), run.err));
  }

  @Test
  void wrongUsageNamesTheValueAndTheWayOut() {
    assertEquals(
        "shinso bench: --threads is a number from 1 to 1024, not 0\n",
        wrong("step --threads 0 mlp:batch=2,sizes=3-4").err);
    Run workload = wrong("step mlp:batch=two,sizes=3-4");
    assertTrue(
        workload.err.contains("batch is a number from 1 to 999999999, not 'two'"), workload.err);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mlp:batch=4,sizes=6-5-3",
        "mlp:batch=4,sizes=6-5-3,act=tanh,opt=sgd",
        "cnn:batch=2,input=8x8x2,layers=c4k3-p2-d6-d3,opt=momentum",
        "cnn:batch=2,input=7x8x1,layers=c4k3-c3k3-p2-d3,pad=same",
        "rnn:cell=lstm,batch=3,steps=4,features=2,hidden=5,classes=3",
        "rnn:cell=gru,batch=3,steps=4,features=2,hidden=5,classes=3",
        "rnn:cell=gru,batch=3,steps=4,lengths=mixed,features=2,hidden=5,classes=3",
        "rnn:cell=rnn,batch=3,steps=4,features=2,hidden=5,classes=3,opt=sgd",
        "rbm:batch=3,visible=6,hidden=5,k=2",
        "vae:batch=3,sizes=6-5-2",
        "iwae:batch=3,k=2,sizes=6-5-2",
        "nade:batch=3,visible=6,hidden=5",
        "gan:batch=3,sizes=6-5-2",
        "dcgan:batch=3,maps=2,noise=3",
        "draw:batch=2,glimpses=2",
        "opt:kind=adam,n=77"
      })
  void stepsOfEveryKind(String workload) {
    Run run = bench("step", "--seconds", "0.05", workload);
    assertEquals(0, run.code, run.err);
    JsonNode json = new JsonMapper().readTree(run.out);
    assertAll(
        () -> assertEquals("shinso", json.path("system").asString()),
        () -> assertEquals(workload, json.path("workload").asString()),
        () -> assertEquals(2, json.path("threads").asInt()),
        () -> assertEquals("f32", json.path("precision").asString()));
    for (String key :
        List.of(
            "median_ms",
            "steps",
            "gflops",
            "roofline",
            "peak_gflops",
            "bandwidth_gbs",
            "heap_bytes_per_step",
            "peak_rss_mb",
            "native_mb")) {
      assertTrue(json.path(key).isNumber() && json.path(key).asDouble() >= 0, key + ": " + run.out);
    }
  }

  @Test
  void profileShowsKernelsAndMemory() {
    Run run = bench("profile", "--seconds", "0.05", "mlp:batch=4,sizes=6-5-3");
    assertEquals(0, run.code, run.err);
    for (String part :
        List.of(
            "| kernel ", "matmul 4x6x5", "| all kernels", "| slab", "| parameters", "F32[6, 5]")) {
      assertTrue(run.out.contains(part), part + " is not in\n" + run.out);
    }
  }

  @Test
  void fuzzReportsConfigurations() {
    Run run =
        bench(
            "fuzz",
            "--configurations",
            "tiles-off",
            "--seed",
            "3",
            "--programs",
            "5",
            "--minutes",
            "5");
    assertEquals(0, run.code, run.out + run.err);
    assertTrue(run.out.startsWith("tiles-off"), run.out);
    assertTrue(run.out.endsWith("5 programs, 0 findings\n"), run.out);
  }

  @Test
  void aHundredSteps() {
    Run run = bench("steps", "mlp:batch=2,sizes=3-4");
    assertEquals(0, run.code, run.err);
    assertTrue(Double.parseDouble(run.out) > 0, run.out);
  }

  @Test
  void comparesWithACommand() {
    // A peer that has two variants, written by a shell.
    Run run =
        bench(
            "compare",
            "--seconds",
            "0.05",
            "--rounds",
            "2",
            "--peer",
            "printf {\"system\":\"a\",\"median_ms\":9}\\n{\"system\":\"a-bf16\",\"median_ms\":1}\\n",
            "mlp:batch=4,sizes=6-5-3");
    assertEquals(0, run.code, run.err);
    assertTrue(run.out.contains("| a           |"), run.out);
    assertTrue(run.out.contains("| `mlp:batch=4,sizes=6-5-3` |"), run.out);
  }
}
