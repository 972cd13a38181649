package shinso.verify.bench;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import shinso.verify.results.ResultsCommand;

/** The benchmark command. Exit codes: 0 done, 1 failed, 2 wrong usage. */
@Command(
    name = "bench",
    description = "Times training steps and kernels, and looks for wrong numbers and answers.",
    mixinStandardHelpOptions = true,
    subcommands = {
      StepCommand.class,
      CompareCommand.class,
      ProfileCommand.class,
      StartCommand.class,
      StepsCommand.class,
      ScalingCommand.class,
      KernelsCommand.class,
      SoakCommand.class,
      FuzzCommand.class,
      ReadersCommand.class,
      ResultsCommand.class
    },
    footer = {
      "",
      "A workload is KIND:key=value,… for example",
      "  mlp:batch=128,sizes=784-512-512-10,act=relu,opt=adam",
      "  cnn:batch=128,input=28x28x1,layers=c32k3-c64k3-p2-d128-d10,pad=valid,opt=adam",
      "  rnn:cell=lstm,batch=128,steps=28,features=28,hidden=128,classes=10,opt=adam",
      "  rbm:batch=100,visible=784,hidden=500,k=1",
      "  vae:batch=128,sizes=784-400-20,opt=adam",
      "  iwae:batch=20,k=50,sizes=784-200-50,opt=adam",
      "  gan:batch=64,sizes=784-256-100",
      "  dcgan:batch=64,maps=64,noise=100",
      "  draw:batch=64,glimpses=10,opt=adam",
      "  nade:batch=100,visible=784,hidden=500,opt=adam",
      "  opt:kind=adam,n=670720"
    })
public final class Bench {
  private Bench() {}

  /** Runs the command; the arguments are those of {@code bench --help}. */
  public static void main(String[] args) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8),
            args));
  }

  /** Runs the command and returns its exit code. What goes wrong is told in one line. */
  static int execute(PrintWriter out, PrintWriter err, String... args) {
    CommandLine line =
        new CommandLine(new Bench())
            .setOut(out)
            .setErr(err)
            .setAbbreviatedOptionsAllowed(false)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((e, given) -> report(err, e, 2))
            .setExecutionExceptionHandler(
                (e, command, result) -> report(err, e, e instanceof ParameterException ? 2 : 1));
    return line.execute(args);
  }

  private static int report(PrintWriter err, Throwable e, int code) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    String message = cause.getMessage();
    err.println("shinso bench: " + (message == null ? cause.toString() : message.strip()));
    return code;
  }
}
