import { describe, expect, it } from "vitest";
import { parseMessage } from "./message.js";

/** A mail's bytes; code points up to 255 become one byte each. */
const mail = (...lines: string[]) => Buffer.from(lines.join("\n"), "latin1");

describe("parseMessage", () => {
  it("gives subject and body of a plain mail with an mbox line on top", async () => {
    const message = await parseMessage(
      mail(
        "From a@b.org  Thu Aug 22 12:36:23 2002",
        "Subject: Hello",
        "X-Spam-Flag: YES",
        "",
        "How are you?",
      ),
    );
    expect(message.subject).toBe("Hello");
    expect(message.body.trim()).toBe("How are you?");
  });

  it("decodes encoded words, quoted-printable and the declared charset", async () => {
    const { subject, body } = await parseMessage(
      mail(
        "Subject: =?iso-8859-1?Q?Caf=E9?= =?utf-8?B?IOKCrA==?=",
        'Content-Type: text/plain; charset="windows-1252"',
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "It=92s caf=E9 ti=",
        "me",
      ),
    );
    expect(subject).toBe("Café €");
    expect(body.trim()).toBe("It’s café time");
  });

  it("decodes base64", async () => {
    const { body } = await parseMessage(
      mail(
        "Subject: x",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        Buffer.from("grüße").toString("base64"),
      ),
    );
    expect(body.trim()).toBe("grüße");
  });

  it("shows HTML as text: no tags, styles, link targets, pictures or capitals of its own making", async () => {
    const { body } = await parseMessage(
      mail(
        "Subject: x",
        "Content-Type: text/html",
        "",
        "<html><head><style>p{color:red}</style></head><body><h1>Big news</h1>",
        '<p>Click <a href="http://spam.example/">here</a> &amp; save<img src="x.gif" alt="logo"></p></body></html>',
      ),
    );
    expect(body.replace(/\s+/gu, " ").trim()).toBe("Big news Click here & save");
  });

  it("shows HTML as text also where it is declared as plain text", async () => {
    const { body } = await parseMessage(
      mail("Subject: x", "", "<HTML><BODY>Dear <B>friend</B></BODY></HTML>"),
    );
    expect(body).toBe("Dear friend");
  });

  it("takes the plain alternative, and the HTML one where the plain one is blank", async () => {
    const alternatives = (plain: string) =>
      mail(
        "Subject: x",
        'Content-Type: multipart/alternative; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        plain,
        "--b",
        "Content-Type: text/html",
        "",
        "<p>rich</p>",
        "--b--",
      );
    expect((await parseMessage(alternatives("plain"))).body.trim()).toBe("plain");
    expect((await parseMessage(alternatives(" "))).body).toBe("rich");
  });

  it("does not read attachments", async () => {
    const { body } = await parseMessage(
      mail(
        "Subject: x",
        'Content-Type: multipart/mixed; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "see file",
        "--b",
        "Content-Type: text/plain",
        'Content-Disposition: attachment; filename="secret.txt"',
        "",
        "secret",
        "--b--",
      ),
    );
    expect(body.trim()).toBe("see file");
  });

  it("drops bytes that no charset explains", async () => {
    const { body } = await parseMessage(mail("Subject: x", "", "didn\u0092t"));
    expect(body.trim()).toBe("didn t");
  });

  it("gives empty texts for a mail without subject and body", async () => {
    expect(await parseMessage(mail("X-Spam: yes", "", ""))).toEqual({ subject: "", body: "" });
  });
});
