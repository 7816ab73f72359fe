import type { JSX } from "preact";
import type { Known } from "./deep-link.ts";
import { useIsMounted } from "./use-is-mounted.ts";
import { goTo, placeIn, type View } from "./view.ts";

interface Props {
  /** Each with its tasks in the order of the plan, "Aggregated" last. */
  readonly profiles: Known["profiles"];
  readonly view: View;
}

/** Chooses the profile and the task that the page shows; nothing where there is only one of each. */
export function FilterBar({ profiles, view }: Props): JSX.Element | null {
  const isMounted = useIsMounted();
  const tasks = taskNamesOf(profiles);
  if (!isMounted || (profiles.length < 2 && tasks.length < 2)) return null;
  const isNarrowed = view.profile.value !== undefined || view.task.value !== undefined;
  return (
    <search class="filters">
      {profiles.length < 2 ? undefined : (
        <Choice
          label="Profile"
          names={profiles.map((profile) => profile.name)}
          chosen={view.profile.value}
          onChoose={(profile) => goTo(view, { ...placeIn(view), profile })}
        />
      )}
      {tasks.length < 2 ? undefined : (
        <Choice
          label="Task"
          names={tasks}
          chosen={view.task.value}
          onChoose={(task) => goTo(view, { ...placeIn(view), task })}
        />
      )}
      {isNarrowed ? (
        <button type="button" onClick={() => goTo(view, { ...placeIn(view), profile: undefined, task: undefined })}>
          Clear
        </button>
      ) : undefined}
    </search>
  );
}

/** Every task of the profiles once, in the order of the plan; without "Aggregated". */
function taskNamesOf(profiles: Known["profiles"]): readonly string[] {
  return [...new Set(profiles.flatMap(({ tasks }) => tasks.slice(0, -1).map((task) => task.name)))];
}

interface ChoiceProps {
  readonly label: string;
  readonly names: readonly string[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
}

/** Values are places in the list: a name may be any text. */
function Choice({ label, names, chosen, onChoose }: ChoiceProps): JSX.Element {
  return (
    <label>
      {label}{" "}
      <select
        value={chosen === undefined ? "" : String(names.indexOf(chosen))}
        onChange={({ currentTarget }) =>
          onChoose(currentTarget.value === "" ? undefined : names[Number(currentTarget.value)])
        }
      >
        <option value="">all</option>
        {names.map((name, index) => (
          <option key={name} value={String(index)}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
