import { describe, expect, it } from "vitest";
import { cleanBody, cleanSubject, messageText } from "./clean.js";

const lines = (...parts: string[]) => parts.join("\n");

describe("cleanSubject", () => {
  it.each([
    ["[ILUG] Linux on a laptop", "Linux on a laptop"],
    ["Re: [Spambayes] Re: test sets", "test sets"],
    ["[SAtalk] [OT] FW: [2] beer", "beer"],
    ["RE[2]: meeting", "meeting"],
    ["Save up to 70% [limited]", "Save up to 70% [limited]"],
    ["Regarding: your loan", "Regarding: your loan"],
    ["zzzz, you have won", "you have won"],
  ])("turns %j into %j", (subject, cleaned) => {
    expect(cleanSubject(subject)).toBe(cleaned);
  });
});

describe("cleanBody", () => {
  it.each([
    ["a signature", lines("Yes.", "-- ", "Justin, http://example.org/")],
    ["a signature in a signed mail", lines("Yes.", "- -- ", "Justin")],
    [
      "a Mailman footer",
      lines("Yes.", "", "_".repeat(47), "Razor-users mailing list", "Razor-users@lists.example"),
    ],
    ["a bare Mailman link", lines("Yes.", "", "http://xent.com/mailman/listinfo/fork", "")],
    ["a Yahoo! Groups footer", lines("Yes.", "------ Yahoo! Groups Sponsor ------~-->", "4 DVDs Free")],
    [
      "an unsubscribe footer",
      lines("Yes.", "To unsubscribe from this group, send an email to:", "x@egroups.com"),
    ],
    [
      "a SourceForge advertisement",
      lines("Yes.", "-".repeat(55), "This sf.net email is sponsored by:ThinkGeek"),
    ],
    [
      "a newsletter's footer",
      lines("Yes.", "=".repeat(70), "", "You have received this message because you subscribed to it"),
    ],
    ["a collector's wrapping", lines("Yes.", "--DeathToSpamDeathToSpamDeathToSpam--", "more")],
    ["a mail quoted in full", lines("Yes.", "-----Original Message-----", "From: Dino", "No?")],
    [
      "a PGP envelope",
      lines(
        "-----BEGIN PGP SIGNED MESSAGE-----",
        "Hash: SHA1",
        "",
        "Yes.",
        "-----BEGIN PGP SIGNATURE-----",
        "iD8",
      ),
    ],
    [
      "a feed gateway's header",
      lines("URL: http://boingboing.net/#85537486", "Date: Not supplied", "", "Yes."),
    ],
    ["link footnotes", lines("Yes[1].", "", "[1] http://example.org/")],
    ["SpamAssassin's report", lines("SPAM: ---- Start SpamAssassin results", "SPAM: 6.1 hits", "Yes.")],
    [
      "quotes and whom they quote",
      lines("On Monday, Justin", "Mason wrote:", "", "> No?", ">", "| no", "JM> no", "Yes."),
    ],
    ["Windows line ends", "Yes.\r\n-- \r\nJustin"],
  ])("drops %s", (_, body) => {
    expect(cleanBody(body)).toBe("Yes.");
  });

  it("keeps what only resembles a footer, a quote or an attribution", () => {
    const body = lines(
      "To be removed from our mailing list",
      "click here -- now.",
      "He wrote: I am",
      "a > b",
    );
    expect(cleanBody(body)).toBe(
      "To be removed from our mailing list click here -- now. He wrote: I am a > b",
    );
  });

  it("keeps an attribution that no quote follows", () => {
    expect(cleanBody(lines("Yesterday he wrote:", "nothing new"))).toBe("Yesterday he wrote: nothing new");
  });

  it("replaces addresses and links, and collapses whitespace", () => {
    expect(cleanBody("Mail  me@example.org\n\nor see\thttp://example.org/a?b=c (www.example.org).")).toBe(
      "Mail [address] or see [link] ([link]).",
    );
  });
});

describe("messageText", () => {
  it("puts the subject on the first line and cuts at the given length", () => {
    expect(messageText({ subject: "[ILUG] Hi", body: "there, friend" }, 8)).toBe("Hi\nthere");
  });

  it("cuts no character in half", () => {
    expect(messageText({ subject: "Hi 😀", body: "" }, 4)).toBe("Hi");
  });

  it("is the part that is not empty", () => {
    expect(messageText({ subject: "", body: "there" }, 99)).toBe("there");
    expect(messageText({ subject: "Hi", body: "-- \nme" }, 99)).toBe("Hi");
    expect(messageText({ subject: " ", body: "" }, 99)).toBe("");
  });
});
