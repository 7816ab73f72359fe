import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { formatDuration } from "../../../plimsoll/src/base/format-number.ts";
import { parseDurationMs } from "../../../plimsoll/src/base/quantity.ts";
import type { SpecListing, SpecProfile } from "../../../plimsoll/src/live/live-event.ts";
import { fieldText } from "../words.ts";

/** As `POST /api/runs` takes it; only numbers that differ from the spec's are told. */
export interface StartBody {
  readonly spec: string;
  readonly profile: string;
  readonly users?: number;
  readonly spawnPerSec?: number;
  readonly ratePerSec?: number;
  readonly durationMs?: number;
}

interface Props {
  /** At least one, each with a profile. */
  readonly specs: readonly SpecListing[];
  readonly canStart: boolean;
  readonly onStart: (body: StartBody) => Promise<void>;
  /** What was refused before is being mended. */
  readonly onEdit: () => void;
}

/** Chooses a profile and edits its numbers. Choices are told by their places: names may be any text. */
export function StartForm({ specs, canStart, onStart, onEdit }: Props): JSX.Element {
  const [specAt, setSpecAt] = useState(0);
  const [profileAt, setProfileAt] = useState(0);
  const [edits, setEdits] = useState<Edits>({});
  const [fault, setFault] = useState<string>();
  const spec = specs[specAt] ?? specs[0];
  const profile = spec?.profiles[profileAt] ?? spec?.profiles[0];
  if (spec === undefined || profile === undefined) return <p class="none">No profile.</p>;
  const edit = (next: Edits): void => {
    setEdits(next);
    setFault(undefined);
    onEdit();
  };
  const choose = (nextSpec: number, nextProfile: number): void => {
    setSpecAt(nextSpec);
    setProfileAt(nextProfile);
    edit({});
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const numbers = numbersOf(edits);
    setFault(typeof numbers === "string" ? numbers : undefined);
    if (typeof numbers !== "string") void onStart({ spec: spec.file, profile: profile.name, ...numbers });
  };
  return (
    <form class="fields" onSubmit={submit}>
      <Choice
        label="Spec"
        texts={specs.map(({ file, name }) => (file === name ? file : `${file} · ${name}`))}
        at={specs.indexOf(spec)}
        onChoose={(at) => choose(at, 0)}
      />
      <Choice
        label="Profile"
        texts={spec.profiles.map(({ name }) => name)}
        at={spec.profiles.indexOf(profile)}
        onChoose={(at) => choose(specAt, at)}
      />
      <ProfileFields profile={profile} edits={edits} onEdit={(one) => edit({ ...edits, ...one })} />
      <button type="submit" class="is-main" disabled={!canStart}>
        Start
      </button>
      <p class="note wide">
        Target: <span class="target">{spec.target}</span>
        {profile.isEditable ? "" : ` · ${profile.name} has several stages; they run as the spec has them.`}
      </p>
      <p class="fault wide" role="alert">
        {fault}
      </p>
    </form>
  );
}

/** What was typed, by field; what was not touched stays as the spec has it. */
type Edits = Partial<Readonly<Record<"users" | "spawnPerSec" | "ratePerSec" | "duration", string>>>;

interface FieldsProps {
  readonly profile: SpecProfile;
  readonly edits: Edits;
  readonly onEdit: (edit: Edits) => void;
}

function ProfileFields({ profile, edits, onEdit }: FieldsProps): JSX.Element | null {
  const { kind, users, spawnPerSec, ratePerSec, durationMs, isEditable } = profile;
  if (!isEditable) return null;
  const text = (key: keyof Edits, own: number | undefined): string =>
    edits[key] ?? (own === undefined ? "" : fieldText(own));
  return (
    <>
      {kind === "closed" ? (
        <>
          <NumberField label="Users" value={text("users", users)} step={1} onType={(t) => onEdit({ users: t })} />
          <NumberField
            label="Spawn rate, /s"
            value={text("spawnPerSec", spawnPerSec)}
            hint="all at once"
            onType={(t) => onEdit({ spawnPerSec: t })}
          />
        </>
      ) : (
        <NumberField
          label="Rate, req/s"
          value={text("ratePerSec", ratePerSec)}
          onType={(t) => onEdit({ ratePerSec: t })}
        />
      )}
      <label class="field">
        <span>Duration</span>
        <input
          type="text"
          size={7}
          value={edits.duration ?? formatDuration(durationMs).replaceAll(" ", "")}
          onInput={({ currentTarget }) => onEdit({ duration: currentTarget.value })}
        />
      </label>
    </>
  );
}

interface NumberFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onType: (text: string) => void;
  readonly step?: number;
  /** What an empty field means. */
  readonly hint?: string;
}

/** A number with its name above; what is typed is the server's to judge. */
export function NumberField({ label, value, onType, step, hint }: NumberFieldProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        type="number"
        min={0}
        step={step ?? "any"}
        value={value}
        placeholder={hint}
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly texts: readonly string[];
  readonly at: number;
  readonly onChoose: (at: number) => void;
}

function Choice({ label, texts, at, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={String(at)} onChange={({ currentTarget }) => onChoose(Number(currentTarget.value))}>
        {texts.map((text, index) => (
          <option key={index} value={String(index)}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** The numbers that were edited, or what is wrong with one. */
export function numbersOf(edits: Edits): Omit<StartBody, "spec" | "profile"> | string {
  const { duration, ...amounts } = edits;
  const numbers: Record<string, number> = {};
  for (const [key, text] of Object.entries(amounts)) {
    if (text.trim() === "") continue;
    if (!Number.isFinite(Number(text))) return `${text} is no number.`;
    numbers[key] = Number(text);
  }
  if (duration === undefined || duration.trim() === "") return numbers;
  const durationMs = parseDurationMs(duration.replaceAll(" ", ""));
  if (durationMs === undefined) return `${duration} is no duration; write it as 90s, 2m or 1m30s.`;
  return { ...numbers, durationMs };
}
