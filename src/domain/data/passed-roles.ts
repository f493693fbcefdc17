/** Calls that hand a role to a service, which then works with its rights (`iam:PassRole`), and where the role stands. */
export const passedRoles: Record<string, string[][]> = {
  RunInstances: [
    ['iamInstanceProfile', 'arn'],
    ['iamInstanceProfile', 'name'],
  ],
  AssociateIamInstanceProfile: [
    ['iamInstanceProfile', 'arn'],
    ['iamInstanceProfile', 'name'],
  ],
  ReplaceIamInstanceProfileAssociation: [
    ['iamInstanceProfile', 'arn'],
    ['iamInstanceProfile', 'name'],
  ],
  CreateFunction20150331: [['role']],
  UpdateFunctionConfiguration20150331v2: [['role']],
  CreateStack: [['roleARN']],
  UpdateStack: [['roleARN']],
  CreateChangeSet: [['roleARN']],
  RegisterTaskDefinition: [['taskRoleArn'], ['executionRoleArn']],
  CreateNotebookInstance: [['roleArn']],
  CreateJob: [['role']],
  CreateDevEndpoint: [['roleArn']],
  CreateProject: [['serviceRole']],
  CreateStateMachine: [['roleArn']],
  CreatePipeline: [['pipeline', 'roleArn']],
};
