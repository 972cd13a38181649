package shinso.zoo.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Names in messages: lists of them, and those that a misspelled one may have meant. */
public final class Names {
  private static final int MOST = 3;

  private Names() {}

  /** Returns what is said about a name that doesn't exist, with the nearest names and all. */
  public static String unknown(String kind, String name, Collection<String> known) {
    return "there is no %s '%s'%s; choose %s"
        .formatted(kind, name, didYouMean(name, known), listed(known, "or"));
  }

  /** Returns a list in words, such as {@code a, b or c}. */
  public static String listed(Collection<String> names, String conjunction) {
    List<String> all = new ArrayList<>(names);
    if (all.size() < 2) {
      return String.join("", all);
    }
    String last = all.removeLast();
    return String.join(", ", all) + " " + conjunction + " " + last;
  }

  /** Returns {@code " (did you mean a or b?)"}, or nothing if no name is near. */
  public static String didYouMean(String name, Collection<String> known) {
    return didYouMean(nearest(name, known));
  }

  /** Returns {@code " (did you mean a or b?)"} of near names, or nothing if there are none. */
  public static String didYouMean(List<String> near) {
    return near.isEmpty() ? "" : " (did you mean " + listed(near, "or") + "?)";
  }

  /** Returns the known names that a misspelled one may have meant, the nearest first. */
  public static List<String> nearest(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(k ->
            distance(wanted, k) <= Math.max(1, Math.min(wanted.length(), k.length()) / 3)
                || (wanted.length() > 2 && k.contains(wanted)))
        .sorted(Comparator.comparingInt((String k) -> distance(wanted, k)).thenComparing(k -> k))
        .limit(MOST)
        .toList();
  }

  /** Returns how many letters are inserted, deleted, replaced or swapped with their neighbour. */
  private static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    Arrays.setAll(last, j -> j);
    for (int i = 1; i <= a.length(); i++) {
      int[] next = new int[b.length() + 1];
      next[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        next[j] = Math.min(replaced, 1 + Math.min(last[j], next[j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          next[j] = Math.min(next[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = next;
    }
    return last[b.length()];
  }
}
