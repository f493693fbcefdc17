import { errorReply, jsonReply, type LabReply } from './reply.ts';
import type { LabRequest } from './lab-request.ts';

interface Item {
  TypeName: string;
  SchemaVersion?: string;
  CaptureTime?: string;
  Content?: Record<string, string>[];
}

/** AWS gives as many at a time. */
const MOST = 50;

/** What agents have reported of their machines: Systems Manager's inventory, which ministack lacks. */
export class Inventory {
  #items = new Map<string, Item>();

  /** As the agent does it; replaces what it has reported before. */
  put(request: LabRequest, account: string): LabReply {
    const { InstanceId = '', Items = [] } = bodyOf(request) as { InstanceId?: string; Items?: Item[] };
    for (const item of Items) this.#items.set(keyOf(request, account, InstanceId, item.TypeName), item);
    return jsonReply(200, { Message: '' });
  }

  entries(request: LabRequest, account: string): LabReply {
    const { InstanceId = '', TypeName = '', NextToken = '0', MaxResults = MOST } = bodyOf(request) as Question;
    if (!/^m?i-[0-9a-f]+$/.test(InstanceId)) {
      return errorReply(request, 400, 'InvalidInstanceId', `Instance id ${InstanceId} is not valid`);
    }
    const {
      Content = [],
      SchemaVersion,
      CaptureTime,
    } = this.#items.get(keyOf(request, account, InstanceId, TypeName)) ?? {};
    const start = Number(NextToken);
    const end = start + Math.min(MaxResults, MOST);
    return jsonReply(200, {
      TypeName,
      InstanceId,
      SchemaVersion,
      CaptureTime,
      Entries: Content.slice(start, end),
      ...(end < Content.length ? { NextToken: String(end) } : {}),
    });
  }

  clear(): void {
    this.#items.clear();
  }
}

interface Question {
  InstanceId?: string;
  TypeName?: string;
  NextToken?: string;
  MaxResults?: number;
}

const bodyOf = ({ body }: LabRequest): unknown => JSON.parse(body.toString());

const keyOf = ({ region }: LabRequest, account: string, instanceId: string, type: string): string =>
  [account, region, instanceId, type].join(' ');
