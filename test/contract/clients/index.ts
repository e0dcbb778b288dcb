import { sdks } from '../../../overlays/sdks.ts';
import { type Suite, unique } from '../play.ts';
import { isPlayed } from '../played.ts';
import { hasDriver } from './drivers.ts';
import { scenarios } from './scenarios.ts';
import { RequestStage } from './stage.ts';

/** The clients of every age: each request of theirs ends with them. */
export const clients: Suite<RequestStage> = {
  title: 'Every client',
  folder: 'clients',
  scenarios: unique(scenarios),
  cells: (delivery) =>
    sdks
      .flatMap((sdk) =>
        sdk.targets
          .filter((target) => hasDriver({ sdk, target }))
          .flatMap((target) =>
            target.versions.flatMap((version) =>
              target.builds.map(({ format }) => ({ sdk, target, version, delivery, format })),
            ),
          ),
      )
      .filter(isPlayed),
  stage: RequestStage.create,
};
